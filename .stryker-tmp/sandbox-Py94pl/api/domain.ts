// @ts-nocheck
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DomainConfig } from "../config/schema-api";

export interface DomainArgs extends DomainConfig {
  api: aws.apigatewayv2.Api;
  stage: aws.apigatewayv2.Stage;
}

/** Whether the API answers at its domain alone: a second way in would bypass the domain's mutual TLS. */
export const isOnlyDoor = ({ only, truststoreUri }: DomainConfig): boolean =>
  only ?? truststoreUri !== undefined;

/**
 * A domain of your own for the API: TLS 1.2 or newer with a certificate of yours, or one that is made and validated by DNS;
 * with a truststore, for clients that have a certificate alone.
 *
 * Costs: nothing but the hosted zone you have; mutual TLS and certificates are free.
 */
export class Domain extends pulumi.ComponentResource {
  readonly url: string;
  /** What the domain's record points to: by CNAME, or in Route 53 as an alias in this zone. */
  readonly target: { name: pulumi.Output<string>; hostedZoneId: pulumi.Output<string> };

  constructor(
    private readonly name: string,
    args: DomainArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:domain:Domain", name, {}, opts);
    const { api, stage, hostedZoneId, truststoreUri, truststoreVersion } = args;
    const { ownershipVerificationCertificateArn } = args;

    const domain = new aws.apigatewayv2.DomainName(
      name,
      {
        domainName: args.name,
        domainNameConfiguration: {
          certificateArn: args.certificateArn ?? this.createCertificate(args.name, hostedZoneId!),
          endpointType: "REGIONAL",
          securityPolicy: "TLS_1_2",
          ...(ownershipVerificationCertificateArn !== undefined && { ownershipVerificationCertificateArn }),
        },
        mutualTlsAuthentication:
          truststoreUri === undefined ? undefined : { truststoreUri, truststoreVersion },
      },
      { parent: this },
    );
    const { targetDomainName, hostedZoneId: targetZone } = domain.domainNameConfiguration;
    this.target = {
      name: targetDomainName.apply((target) => target),
      hostedZoneId: targetZone.apply((zone) => zone),
    };
    new aws.apigatewayv2.ApiMapping(
      name,
      { apiId: api.id, domainName: domain.id, stage: stage.id },
      { parent: this },
    );
    if (hostedZoneId !== undefined) {
      new aws.route53.Record(
        name,
        {
          zoneId: hostedZoneId,
          name: args.name,
          type: "A",
          aliases: [
            {
              name: this.target.name,
              zoneId: this.target.hostedZoneId,
              // AWS looks after it; a check of ours could only take it away.
              evaluateTargetHealth: false,
            },
          ],
        },
        { parent: this },
      );
    }

    this.url = `https://${args.name}/`;
    this.registerOutputs({ url: this.url, target: this.target });
  }

  /** Made and proved to be ours by a record in the zone; the domain waits until AWS has seen it. */
  private createCertificate(domainName: string, zoneId: string): pulumi.Output<string> {
    const certificate = new aws.acm.Certificate(
      this.name,
      { domainName, validationMethod: "DNS" },
      { parent: this },
    );
    const proof = certificate.domainValidationOptions[0]!;
    const record = new aws.route53.Record(
      `${this.name}-validation`,
      {
        zoneId,
        name: proof.resourceRecordName,
        type: proof.resourceRecordType.apply((type) => type as aws.types.enums.route53.RecordType),
        records: [proof.resourceRecordValue],
        ttl: 60,
        // The same for every certificate of this name in the account: another stack may have made it.
        allowOverwrite: true,
      },
      // And may need it still, to renew its own.
      { parent: this, retainOnDelete: true },
    );
    return new aws.acm.CertificateValidation(
      this.name,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    ).certificateArn;
  }
}
