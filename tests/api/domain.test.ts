import assert from "node:assert/strict";
import { ofType } from "../../simulate/deployment";
import { find, names, run, waitsFor } from "../support/stack";

const domainName = "aws:apigatewayv2/domainName:DomainName";
const record = "aws:route53/record:Record";
const certificateArn = "arn:aws:acm:eu-west-2:000000000000:certificate/mine";
const withDomain = (domain: object, api: object = {}): object => ({
  api: { ...api, domain: { name: "api.example.com", ...domain } },
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
