/** The AWS CLI over an account that remembers, as `npm run recover` asks it. */
import type { Cloud } from "../../../simulate/cloud";
import type { Thing } from "../../../simulate/thing";
import type { Aws, Item } from "../../aws/cli";

/** ARNs of what Resource Groups lists, where the pretended account tells none. Roles are not among it. */
const resource: Readonly<Record<string, (thing: Thing) => string>> = {
  "aws:apigatewayv2/api:Api": ({ id }) => `apigateway::/apis/${id}`,
  "aws:apigatewayv2/domainName:DomainName": ({ inputs }) =>
    `apigateway::/domainnames/${String(inputs.domainName)}`,
  "aws:apigatewayv2/stage:Stage": ({ inputs }) =>
    `apigateway::/apis/${String(inputs.apiId)}/stages/${String(inputs.name)}`,
  "aws:apigatewayv2/vpcLink:VpcLink": ({ id }) => `apigateway::/vpclinks/${id}`,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ({ id }) => `ec2:1:security-group/${id}`,
  "aws:ec2/eip:Eip": ({ id }) => `ec2:1:elastic-ip/${id}`,
  "aws:ec2/internetGateway:InternetGateway": ({ id }) => `ec2:1:internet-gateway/${id}`,
  "aws:ec2/natGateway:NatGateway": ({ id }) => `ec2:1:natgateway/${id}`,
  "aws:ec2/routeTable:RouteTable": ({ id }) => `ec2:1:route-table/${id}`,
  "aws:ec2/securityGroup:SecurityGroup": ({ id }) => `ec2:1:security-group/${id}`,
  "aws:ec2/subnet:Subnet": ({ id }) => `ec2:1:subnet/${id}`,
  "aws:ec2/vpc:Vpc": ({ id }) => `ec2:1:vpc/${id}`,
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ id }) => `ec2:1:vpc-endpoint/${id}`,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ({ id }) => `ec2:1:security-group-rule/${id}`,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ({ id }) => `ec2:1:security-group-rule/${id}`,
};

export const arnOf = (thing: Thing): string => {
  const [service, account, rest] = (resource[thing.type]?.(thing) ?? "").split(/:(\d*):/);
  return service ? `arn:aws:${service}:eu-west-2:${account}:${rest}` : String(thing.outputs.arn);
};

const tagsOf = ({ outputs }: Thing): { Key: string; Value: string }[] =>
  Object.entries((outputs.tagsAll ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Answers as AWS would, from what is in the account. */
export const awsOver = (cloud: Cloud): Aws => {
  const ofType = (...types: string[]): Thing[] => cloud.all.filter(({ type }) => types.includes(type));
  return (args) => Promise.resolve(answer(args));

  function answer(args: readonly string[]): Item | undefined {
    const option = (name: string): string => args[args.indexOf(name) + 1] ?? "";
    const filter = (name: string): string | undefined =>
      args.map((arg) => /^Name=([^,]+),Values=([^,]*)/.exec(arg)).find((match) => match?.[1] === name)?.[2];
    const below = (type: string): Thing[] =>
      ofType(type).filter(({ inputs }) => inputs.apiId === option("--api-id"));
    switch (args.slice(0, 2).join(" ")) {
      case "resourcegroupstaggingapi get-resources": {
        const wanted = args
          .filter((arg) => arg.startsWith("Key="))
          .map((arg) => /^Key=(.*),Values=(.*)$/.exec(arg)!);
        const found = cloud.all.filter(
          (thing) =>
            thing.outputs.tagsAll !== undefined &&
            thing.type !== "aws:iam/role:Role" &&
            wanted.every(([, key, value]) => (thing.outputs.tagsAll as Item)[key!] === value),
        );
        return {
          ResourceTagMappingList: found.map((thing) => ({ ResourceARN: arnOf(thing), Tags: tagsOf(thing) })),
        };
      }
      case "iam get-role": {
        const role = ofType("aws:iam/role:Role").find(
          ({ outputs }) => outputs.name === option("--role-name"),
        );
        return role && { Role: { RoleName: role.outputs.name, Tags: tagsOf(role) } };
      }
      case "iam list-role-policies":
        return {
          PolicyNames: ofType("aws:iam/rolePolicy:RolePolicy")
            .filter(({ inputs }) => inputs.role === option("--role-name"))
            .map(({ inputs }) => inputs.name),
        };
      case "apigatewayv2 get-authorizers":
        return {
          Items: below("aws:apigatewayv2/authorizer:Authorizer").map(({ id, inputs }) => ({
            ...{ AuthorizerId: id, Name: inputs.name, AuthorizerType: inputs.authorizerType },
          })),
        };
      case "apigatewayv2 get-integrations":
        return {
          Items: below("aws:apigatewayv2/integration:Integration").map(({ id, inputs }) => ({
            ...{ IntegrationId: id, IntegrationUri: inputs.integrationUri },
            RequestParameters: inputs.requestParameters,
          })),
        };
      case "apigatewayv2 get-routes":
        return {
          Items: below("aws:apigatewayv2/route:Route").map(({ id, inputs }) => ({
            ...{ RouteId: id, RouteKey: inputs.routeKey, Target: inputs.target },
          })),
        };
      case "apigatewayv2 get-api-mappings":
        return {
          Items: ofType("aws:apigatewayv2/apiMapping:ApiMapping")
            .filter(({ inputs }) => inputs.domainName === option("--domain-name"))
            .map(({ id, inputs }) => ({ ApiMappingId: id, ApiId: inputs.apiId, Stage: inputs.stage })),
        };
      case "ec2 describe-security-groups":
        return {
          SecurityGroups: ofType("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
            .filter(({ inputs }) => inputs.vpcId === filter("vpc-id"))
            .map(({ id, inputs }) => ({ GroupId: id, VpcId: inputs.vpcId })),
        };
      case "ec2 describe-security-group-rules":
        return { SecurityGroupRules: rules().filter(({ GroupId }) => GroupId === filter("group-id")) };
      case "servicediscovery list-namespaces":
        return {
          Namespaces: ofType("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace")
            .filter(({ inputs }) => inputs.name === filter("NAME"))
            .map((thing) => ({
              Id: thing.id,
              Arn: arnOf(thing),
              Name: thing.inputs.name,
              Type: "DNS_PRIVATE",
            })),
        };
      case "servicediscovery list-services":
        return {
          Services: ofType("aws:servicediscovery/service:Service")
            .filter(({ inputs }) => (inputs.dnsConfig as Item).namespaceId === filter("NAMESPACE_ID"))
            .map((thing) => ({ Id: thing.id, Arn: arnOf(thing), Name: thing.inputs.name })),
        };
      case "servicediscovery list-tags-for-resource": {
        const tagged = cloud.all.find(({ outputs }) => outputs.arn === option("--resource-arn"));
        return tagged && { Tags: tagsOf(tagged) };
      }
      case "lambda get-policy": {
        const of = ofType("aws:lambda/permission:Permission").filter(
          ({ inputs }) => inputs.function === option("--function-name"),
        );
        const statements = of.map(({ id, inputs }) => ({
          Sid: id,
          Condition: { ArnLike: { "AWS:SourceArn": inputs.sourceArn } },
        }));
        return of.length === 0 ? undefined : { Policy: JSON.stringify({ Statement: statements }) };
      }
      case "route53 list-resource-record-sets":
        return {
          ResourceRecordSets: ofType("aws:route53/record:Record")
            .filter(({ inputs }) => inputs.zoneId === option("--hosted-zone-id"))
            .map(({ inputs }) => ({
              ...{ Name: `${text(inputs.name).replace(/\.$/, "")}.`, Type: inputs.type },
              ...(Array.isArray(inputs.aliases) && {
                AliasTarget: { DNSName: `${text((inputs.aliases[0] as Item).name)}.` },
              }),
              ...(Array.isArray(inputs.records) && {
                ResourceRecords: inputs.records.map((Value: unknown) => ({ Value })),
              }),
            })),
        };
      default:
        throw new Error(
          `The stand-in does not know what AWS answers to ${args.join(" ")}: describe it there.`,
        );
    }
  }

  function rules(): Item[] {
    const all = ofType(
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    );
    return all.map((thing) => ({
      SecurityGroupRuleId: thing.id,
      GroupId: thing.inputs.securityGroupId,
      IsEgress: thing.type.endsWith("EgressRule"),
      IpProtocol: thing.inputs.ipProtocol,
      FromPort: thing.inputs.fromPort ?? -1,
      ToPort: thing.inputs.toPort ?? -1,
      CidrIpv4: thing.inputs.cidrIpv4,
      CidrIpv6: thing.inputs.cidrIpv6,
      PrefixListId: thing.inputs.prefixListId,
      ...(thing.inputs.referencedSecurityGroupId !== undefined && {
        ReferencedGroupInfo: { GroupId: thing.inputs.referencedSecurityGroupId },
      }),
      Tags: tagsOf(thing),
    }));
  }
};
