// @ts-nocheck
import assert from "node:assert/strict";
import { ofType } from "../../simulate/deployment";
import { find, names, run, waitsFor } from "../support/stack";

const domainName = "aws:apigatewayv2/domainName:DomainName";
const record = "aws:route53/record:Record";
const certificateArn = "arn:aws:acm:eu-west-2:000000000000:certificate/mine";
const withDomain = (domain: object, api: object = {}): object => ({
  api: { ...api, domain: { name: "api.example.com", only: true, ...domain } },
});

describe("domain", () => {
  it("is none by default, and the API answers at its own address", async () => {
    const deployment = await run();
    assert.deepEqual(names(deployment, domainName), []);
    assert.equal(find(deployment, "aws:apigatewayv2/api:Api", "api").inputs.disableExecuteApiEndpoint, false);
  });

  it("takes a certificate of yours, TLS 1.2 and the root of the stage, and closes the other way in", async () => {
    const deployment = await run(withDomain({ certificateArn }, { stage: "v1" }));
    assert.deepEqual(find(deployment, domainName, "api").inputs, {
      domainName: "api.example.com",
      domainNameConfiguration: { certificateArn, endpointType: "REGIONAL", securityPolicy: "TLS_1_2" },
    });
    assert.deepEqual(find(deployment, "aws:apigatewayv2/apiMapping:ApiMapping", "api").inputs, {
      apiId: "local-api",
      domainName: "local-domainname-api",
      stage: "local-stage-api",
    });
    assert.equal(find(deployment, "aws:apigatewayv2/api:Api", "api").inputs.disableExecuteApiEndpoint, true);
    assert.deepEqual(ofType(deployment, record), [], "without a zone you point the domain yourself");
    assert.equal(deployment.outputs.url, "https://api.example.com/");
  });

  it("makes a certificate and proves it by DNS, and points the domain to the API", async () => {
    const deployment = await run(withDomain({ hostedZoneId: "Z0EXAMPLE" }));
    assert.deepEqual(find(deployment, "aws:acm/certificate:Certificate", "api").inputs, {
      domainName: "api.example.com",
      validationMethod: "DNS",
    });
    assert.deepEqual(find(deployment, record, "api-validation").inputs, {
      zoneId: "Z0EXAMPLE",
      name: "_local.api.example.com.",
      type: "CNAME",
      records: ["_local.acm-validations.aws."],
      ttl: 60,
      allowOverwrite: true,
    });
    const arn = "arn:aws:acm:eu-west-2:000000000000:certificate/local-api";
    assert.deepEqual(find(deployment, "aws:acm/certificateValidation:CertificateValidation", "api").inputs, {
      certificateArn: arn,
      validationRecordFqdns: ["_local.api.example.com."],
    });
    const domain = find(deployment, domainName, "api");
    assert.equal((domain.inputs.domainNameConfiguration as { certificateArn: string }).certificateArn, arn);
    assert.deepEqual(
      waitsFor(deployment, domain),
      ["CertificateValidation api"],
      "a certificate that is not valid is refused",
    );
    assert.deepEqual(find(deployment, record, "api").inputs, {
      zoneId: "Z0EXAMPLE",
      name: "api.example.com",
      type: "A",
      aliases: [
        {
          name: "d-local.execute-api.eu-west-2.amazonaws.com",
          zoneId: "ZLOCAL",
          evaluateTargetHealth: false,
        },
      ],
    });
  });

  it("leaves the other way in open while the configuration says so, and not beside mutual TLS unless it does", async () => {
    const truststore = { truststoreUri: "s3://trust/clients.pem", truststoreVersion: "v7", certificateArn };
    for (const [domain, closed] of [
      [{ certificateArn, only: false }, false],
      [{ certificateArn, only: true }, true],
      [{ ...truststore, only: undefined }, true],
      [{ ...truststore, only: false }, false],
    ] as const) {
      const { inputs } = find(await run(withDomain(domain)), "aws:apigatewayv2/api:Api", "api");
      assert.equal(inputs.disableExecuteApiEndpoint, closed, JSON.stringify(domain));
    }
  });

  it("says what to point a record of another provider at", async () => {
    assert.deepEqual((await run(withDomain({ certificateArn }))).outputs.domainTarget, {
      name: "d-local.execute-api.eu-west-2.amazonaws.com",
      hostedZoneId: "ZLOCAL",
    });
    assert.equal((await run()).outputs.domainTarget, undefined);
  });

  it("leaves the proof of the certificate in the zone: other stacks may have one of this name", async () => {
    const deployment = await run(withDomain({ hostedZoneId: "Z0EXAMPLE" }));
    assert.equal(find(deployment, record, "api-validation").options.retainOnDelete, true);
    assert.equal(find(deployment, record, "api").options.retainOnDelete, false);
  });

  it("proves the domain by a second certificate where the first one cannot", async () => {
    const proof = "arn:aws:acm:eu-west-2:000000000000:certificate/public";
    const truststore = { truststoreUri: "s3://trust/clients.pem", truststoreVersion: "v7" };
    const { inputs } = find(
      await run(withDomain({ certificateArn, ...truststore, ownershipVerificationCertificateArn: proof })),
      domainName,
      "api",
    );
    assert.deepEqual(inputs.domainNameConfiguration, {
      certificateArn,
      endpointType: "REGIONAL",
      securityPolicy: "TLS_1_2",
      ownershipVerificationCertificateArn: proof,
    });
  });

  it("asks clients for a certificate where there is a truststore", async () => {
    const truststore = { truststoreUri: "s3://trust/clients.pem", truststoreVersion: "v7" };
    const { inputs } = find(await run(withDomain({ certificateArn, ...truststore })), domainName, "api");
    assert.deepEqual(inputs.mutualTlsAuthentication, truststore);
  });

  it("previews with a certificate that nobody has proved yet", async () => {
    const deployment = await run(withDomain({ hostedZoneId: "Z0EXAMPLE" }), { preview: true });
    assert.equal(deployment.outputs.url, "https://api.example.com/");
    assert.equal(typeof find(deployment, record, "api-validation").inputs.name, "symbol");
    assert.deepEqual(names(deployment, record), ["api", "api-validation"]);
  });
});
