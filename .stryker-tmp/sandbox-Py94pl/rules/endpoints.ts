/**
 * Which VPC endpoints tasks without a way to the internet need, derived from what they do, and what those endpoints allow.
 *
 * Launch needs: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html and
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html (Fargate 1.4.0: both ECR endpoints, S3 for the
 * layers, logs for awslogs; Amazon ECS's own endpoints are not needed).
 */
// @ts-nocheck
function stryNS_9fa48() {
  var g = typeof globalThis === 'object' && globalThis && globalThis.Math === Math && globalThis || new Function("return this")();
  var ns = g.__stryker__ || (g.__stryker__ = {});
  if (ns.activeMutant === undefined && g.process && g.process.env && g.process.env.__STRYKER_ACTIVE_MUTANT__) {
    ns.activeMutant = g.process.env.__STRYKER_ACTIVE_MUTANT__;
  }
  function retrieveNS() {
    return ns;
  }
  stryNS_9fa48 = retrieveNS;
  return retrieveNS();
}
stryNS_9fa48();
function stryCov_9fa48() {
  var ns = stryNS_9fa48();
  var cov = ns.mutantCoverage || (ns.mutantCoverage = {
    static: {},
    perTest: {}
  });
  function cover() {
    var c = cov.static;
    if (ns.currentTestId) {
      c = cov.perTest[ns.currentTestId] = cov.perTest[ns.currentTestId] || {};
    }
    var a = arguments;
    for (var i = 0; i < a.length; i++) {
      c[a[i]] = (c[a[i]] || 0) + 1;
    }
  }
  stryCov_9fa48 = cover;
  cover.apply(null, arguments);
}
function stryMutAct_9fa48(id) {
  var ns = stryNS_9fa48();
  function isActive(id) {
    if (ns.activeMutant === id) {
      if (ns.hitCount !== void 0 && ++ns.hitCount > ns.hitLimit) {
        throw new Error('Stryker: Hit count limit reached (' + ns.hitCount + ')');
      }
      return true;
    }
    return false;
  }
  stryMutAct_9fa48 = isActive;
  return isActive(id);
}
import { actionEndpoints, endpointsForAction } from "./actions";

/** These two are free and are reached through the route table, not through an interface. */
export const gatewayEndpoints: readonly string[] = stryMutAct_9fa48("0") ? [] : (stryCov_9fa48("0"), [stryMutAct_9fa48("1") ? "" : (stryCov_9fa48("1"), "s3"), stryMutAct_9fa48("2") ? "" : (stryCov_9fa48("2"), "dynamodb")]);

/** The name AWS gives the endpoint's service. China prefixes those of ECR: `aws ec2 describe-vpc-endpoint-services`. */
export const endpointServiceName = stryMutAct_9fa48("3") ? () => undefined : (stryCov_9fa48("3"), (() => {
  const endpointServiceName = (region: string, name: string): string => stryMutAct_9fa48("4") ? `` : (stryCov_9fa48("4"), `${(stryMutAct_9fa48("7") ? region.startsWith("cn-") || name.startsWith("ecr.") : stryMutAct_9fa48("6") ? false : stryMutAct_9fa48("5") ? true : (stryCov_9fa48("5", "6", "7"), (stryMutAct_9fa48("8") ? region.endsWith("cn-") : (stryCov_9fa48("8"), region.startsWith(stryMutAct_9fa48("9") ? "" : (stryCov_9fa48("9"), "cn-")))) && (stryMutAct_9fa48("10") ? name.endsWith("ecr.") : (stryCov_9fa48("10"), name.startsWith(stryMutAct_9fa48("11") ? "" : (stryCov_9fa48("11"), "ecr.")))))) ? stryMutAct_9fa48("12") ? "" : (stryCov_9fa48("12"), "cn.") : stryMutAct_9fa48("13") ? "Stryker was here!" : (stryCov_9fa48("13"), "")}com.amazonaws.${region}.${name}`);
  return endpointServiceName;
})());

/** Names of the endpoints that this program can make, or use where they are. */
export const knownEndpoints: readonly string[] = stryMutAct_9fa48("14") ? ["ecr.dkr", ...actionEndpoints] : (stryCov_9fa48("14"), (stryMutAct_9fa48("15") ? [] : (stryCov_9fa48("15"), [stryMutAct_9fa48("16") ? "" : (stryCov_9fa48("16"), "ecr.dkr"), ...actionEndpoints])).sort());

/** The endpoint a secret's ARN is read through, or undefined when it is neither a secret nor a parameter. */
export function endpointForSecret(arn: string): "secretsmanager" | "ssm" | undefined {
  if (stryMutAct_9fa48("17")) {
    {}
  } else {
    stryCov_9fa48("17");
    if (stryMutAct_9fa48("19") ? false : stryMutAct_9fa48("18") ? true : (stryCov_9fa48("18", "19"), (stryMutAct_9fa48("26") ? /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\D{12}:secret:./ : stryMutAct_9fa48("25") ? /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d:secret:./ : stryMutAct_9fa48("24") ? /^arn:aws[a-z-]*:secretsmanager:[^a-z0-9-]+:\d{12}:secret:./ : stryMutAct_9fa48("23") ? /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]:\d{12}:secret:./ : stryMutAct_9fa48("22") ? /^arn:aws[^a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:./ : stryMutAct_9fa48("21") ? /^arn:aws[a-z-]:secretsmanager:[a-z0-9-]+:\d{12}:secret:./ : stryMutAct_9fa48("20") ? /arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:./ : (stryCov_9fa48("20", "21", "22", "23", "24", "25", "26"), /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:./)).test(arn))) return stryMutAct_9fa48("27") ? "" : (stryCov_9fa48("27"), "secretsmanager");
    if (stryMutAct_9fa48("29") ? false : stryMutAct_9fa48("28") ? true : (stryCov_9fa48("28", "29"), (stryMutAct_9fa48("36") ? /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\D{12}:parameter\/./ : stryMutAct_9fa48("35") ? /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d:parameter\/./ : stryMutAct_9fa48("34") ? /^arn:aws[a-z-]*:ssm:[^a-z0-9-]+:\d{12}:parameter\/./ : stryMutAct_9fa48("33") ? /^arn:aws[a-z-]*:ssm:[a-z0-9-]:\d{12}:parameter\/./ : stryMutAct_9fa48("32") ? /^arn:aws[^a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/./ : stryMutAct_9fa48("31") ? /^arn:aws[a-z-]:ssm:[a-z0-9-]+:\d{12}:parameter\/./ : stryMutAct_9fa48("30") ? /arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/./ : (stryCov_9fa48("30", "31", "32", "33", "34", "35", "36"), /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/./)).test(arn))) return stryMutAct_9fa48("37") ? "" : (stryCov_9fa48("37"), "ssm");
    return undefined;
  }
}

/** What one service asks of AWS. */
export interface Needs {
  permissions: readonly {
    actions: readonly string[];
    resources: readonly string[];
  }[];
  /** Secrets Manager or SSM ARNs. */
  secrets: readonly string[];
  /** Repository ARN of an `image:`; undefined when the image is built into this account's own registry. */
  imageRepository?: string | undefined;
}

/** Names of the endpoints of services with these needs. */
export const neededEndpoints = stryMutAct_9fa48("38") ? () => undefined : (stryCov_9fa48("38"), (() => {
  const neededEndpoints = (services: readonly Needs[]): string[] => stryMutAct_9fa48("39") ? deriveEndpoints({
    partition: "",
    region: "",
    account: ""
  }, services).map(({
    name
  }) => name) : (stryCov_9fa48("39"), deriveEndpoints(stryMutAct_9fa48("40") ? {} : (stryCov_9fa48("40"), {
    partition: stryMutAct_9fa48("41") ? "Stryker was here!" : (stryCov_9fa48("41"), ""),
    region: stryMutAct_9fa48("42") ? "Stryker was here!" : (stryCov_9fa48("42"), ""),
    account: stryMutAct_9fa48("43") ? "Stryker was here!" : (stryCov_9fa48("43"), "")
  }), services).map(stryMutAct_9fa48("44") ? () => undefined : (stryCov_9fa48("44"), ({
    name
  }) => name)).sort());
  return neededEndpoints;
})());

/** Whether a service asks for more than every launch does. */
export const hasNeeds = stryMutAct_9fa48("45") ? () => undefined : (stryCov_9fa48("45"), (() => {
  const hasNeeds = ({
    permissions,
    secrets,
    imageRepository
  }: Needs): boolean => stryMutAct_9fa48("48") ? permissions.length + secrets.length > 0 && imageRepository !== undefined : stryMutAct_9fa48("47") ? false : stryMutAct_9fa48("46") ? true : (stryCov_9fa48("46", "47", "48"), (stryMutAct_9fa48("51") ? permissions.length + secrets.length <= 0 : stryMutAct_9fa48("50") ? permissions.length + secrets.length >= 0 : stryMutAct_9fa48("49") ? false : (stryCov_9fa48("49", "50", "51"), (stryMutAct_9fa48("52") ? permissions.length - secrets.length : (stryCov_9fa48("52"), permissions.length + secrets.length)) > 0)) || (stryMutAct_9fa48("54") ? imageRepository === undefined : stryMutAct_9fa48("53") ? false : (stryCov_9fa48("53", "54"), imageRepository !== undefined)));
  return hasNeeds;
})());

/** Endpoints that are missing for these needs, or do not let all of them through, where they were made for others. */
export function closedEndpoints(where: {
  partition: string;
  region: string;
  account: string;
}, made: readonly Needs[], needs: readonly Needs[]): string[] {
  if (stryMutAct_9fa48("55")) {
    {}
  } else {
    stryCov_9fa48("55");
    const open = new Map(deriveEndpoints(where, made).map(stryMutAct_9fa48("56") ? () => undefined : (stryCov_9fa48("56"), ({
      name,
      statements
    }) => stryMutAct_9fa48("57") ? [] : (stryCov_9fa48("57"), [name, statements]))));
    const within = stryMutAct_9fa48("58") ? () => undefined : (stryCov_9fa48("58"), (() => {
      const within = (inner: readonly string[], outer: readonly string[]): boolean => stryMutAct_9fa48("59") ? inner.some(one => outer.some(pattern => matches(pattern, one))) : (stryCov_9fa48("59"), inner.every(stryMutAct_9fa48("60") ? () => undefined : (stryCov_9fa48("60"), one => stryMutAct_9fa48("61") ? outer.every(pattern => matches(pattern, one)) : (stryCov_9fa48("61"), outer.some(stryMutAct_9fa48("62") ? () => undefined : (stryCov_9fa48("62"), pattern => matches(pattern, one)))))));
      return within;
    })());
    const passes = stryMutAct_9fa48("63") ? () => undefined : (stryCov_9fa48("63"), (() => {
      const passes = (name: string, {
        Action,
        Resource
      }: Statement): boolean => stryMutAct_9fa48("64") ? (open.get(name) ?? []).every(outer => within(Action, outer.Action) && within(Resource, outer.Resource)) : (stryCov_9fa48("64"), (stryMutAct_9fa48("65") ? open.get(name) && [] : (stryCov_9fa48("65"), open.get(name) ?? (stryMutAct_9fa48("66") ? ["Stryker was here"] : (stryCov_9fa48("66"), [])))).some(stryMutAct_9fa48("67") ? () => undefined : (stryCov_9fa48("67"), outer => stryMutAct_9fa48("70") ? within(Action, outer.Action) || within(Resource, outer.Resource) : stryMutAct_9fa48("69") ? false : stryMutAct_9fa48("68") ? true : (stryCov_9fa48("68", "69", "70"), within(Action, outer.Action) && within(Resource, outer.Resource)))));
      return passes;
    })());
    return stryMutAct_9fa48("71") ? deriveEndpoints(where, needs).map(({
      name
    }) => name) : (stryCov_9fa48("71"), deriveEndpoints(where, needs).filter(stryMutAct_9fa48("72") ? () => undefined : (stryCov_9fa48("72"), ({
      name,
      statements
    }) => stryMutAct_9fa48("73") ? statements.every(statement => passes(name, statement)) : (stryCov_9fa48("73"), !(stryMutAct_9fa48("74") ? statements.some(statement => passes(name, statement)) : (stryCov_9fa48("74"), statements.every(stryMutAct_9fa48("75") ? () => undefined : (stryCov_9fa48("75"), statement => passes(name, statement)))))))).map(stryMutAct_9fa48("76") ? () => undefined : (stryCov_9fa48("76"), ({
      name
    }) => name)));
  }
}

/** As IAM reads `*` and `?` in actions and resources; a pattern within another counts as text. */
function matches(pattern: string, text: string): boolean {
  if (stryMutAct_9fa48("77")) {
    {}
  } else {
    stryCov_9fa48("77");
    const source = pattern.replace(stryMutAct_9fa48("78") ? /[^.+^${}()|[\]\\]/g : (stryCov_9fa48("78"), /[.+^${}()|[\]\\]/g), stryMutAct_9fa48("79") ? "" : (stryCov_9fa48("79"), "\\$&")).replace(/\*/g, stryMutAct_9fa48("80") ? "" : (stryCov_9fa48("80"), ".*")).replace(/\?/g, stryMutAct_9fa48("81") ? "" : (stryCov_9fa48("81"), "."));
    return new RegExp(stryMutAct_9fa48("82") ? `` : (stryCov_9fa48("82"), `^${source}$`)).test(text);
  }
}
export interface Statement {
  Effect: "Allow";
  Principal: "*";
  Action: string[];
  Resource: string[];
}

/** An endpoint and what passes through it. */
export interface Endpoint {
  /** As in `com.amazonaws.<region>.<name>`. */
  name: string;
  type: "Interface" | "Gateway";
  statements: Statement[];
}

/** The task-definition secret is an ARN with optional `:key:stage:version`; IAM knows the secret's ARN alone. */
export function secretResource(arn: string): string {
  if (stryMutAct_9fa48("83")) {
    {}
  } else {
    stryCov_9fa48("83");
    return (stryMutAct_9fa48("86") ? endpointForSecret(arn) !== "secretsmanager" : stryMutAct_9fa48("85") ? false : stryMutAct_9fa48("84") ? true : (stryCov_9fa48("84", "85", "86"), endpointForSecret(arn) === (stryMutAct_9fa48("87") ? "" : (stryCov_9fa48("87"), "secretsmanager")))) ? stryMutAct_9fa48("88") ? arn.split(":").join(":") : (stryCov_9fa48("88"), arn.split(stryMutAct_9fa48("89") ? "" : (stryCov_9fa48("89"), ":")).slice(0, 7).join(stryMutAct_9fa48("90") ? "" : (stryCov_9fa48("90"), ":"))) : arn;
  }
}

/** The action that reads a secret of this kind. */
export const secretAction = stryMutAct_9fa48("91") ? () => undefined : (stryCov_9fa48("91"), (() => {
  const secretAction = (arn: string): string => (stryMutAct_9fa48("94") ? endpointForSecret(arn) !== "ssm" : stryMutAct_9fa48("93") ? false : stryMutAct_9fa48("92") ? true : (stryCov_9fa48("92", "93", "94"), endpointForSecret(arn) === (stryMutAct_9fa48("95") ? "" : (stryCov_9fa48("95"), "ssm")))) ? stryMutAct_9fa48("96") ? "" : (stryCov_9fa48("96"), "ssm:GetParameters") : stryMutAct_9fa48("97") ? "" : (stryCov_9fa48("97"), "secretsmanager:GetSecretValue");
  return secretAction;
})());

/**
 * The smallest set of endpoints for these services, with the union of what launching and each service's permissions need.
 * Costs: an interface endpoint is billed by zone and hour (about 8 USD a month each in London), gateway endpoints are free.
 */
export function deriveEndpoints(where: {
  partition: string;
  region: string;
  account: string;
}, services: readonly Needs[]): Endpoint[] {
  if (stryMutAct_9fa48("98")) {
    {}
  } else {
    stryCov_9fa48("98");
    const {
      partition,
      region,
      account
    } = where;
    const statements = new Map<string, Statement[]>();
    const allow = (name: string, Action: readonly string[], Resource: readonly string[]): void => {
      if (stryMutAct_9fa48("99")) {
        {}
      } else {
        stryCov_9fa48("99");
        const list = stryMutAct_9fa48("100") ? statements.get(name) && [] : (stryCov_9fa48("100"), statements.get(name) ?? (stryMutAct_9fa48("101") ? ["Stryker was here"] : (stryCov_9fa48("101"), [])));
        list.push(stryMutAct_9fa48("102") ? {} : (stryCov_9fa48("102"), {
          Effect: stryMutAct_9fa48("103") ? "" : (stryCov_9fa48("103"), "Allow"),
          Principal: stryMutAct_9fa48("104") ? "" : (stryCov_9fa48("104"), "*"),
          Action: stryMutAct_9fa48("105") ? [] : (stryCov_9fa48("105"), [...Action]),
          Resource: stryMutAct_9fa48("106") ? [] : (stryCov_9fa48("106"), [...new Set(Resource)])
        }));
        statements.set(name, list);
      }
    };
    const repositories = stryMutAct_9fa48("107") ? [] : (stryCov_9fa48("107"), [stryMutAct_9fa48("108") ? `` : (stryCov_9fa48("108"), `arn:${partition}:ecr:${region}:${account}:repository/*`), ...services.flatMap(stryMutAct_9fa48("109") ? () => undefined : (stryCov_9fa48("109"), ({
      imageRepository
    }) => stryMutAct_9fa48("110") ? imageRepository && [] : (stryCov_9fa48("110"), imageRepository ?? (stryMutAct_9fa48("111") ? ["Stryker was here"] : (stryCov_9fa48("111"), [])))))]);
    for (const name of stryMutAct_9fa48("112") ? [] : (stryCov_9fa48("112"), [stryMutAct_9fa48("113") ? "" : (stryCov_9fa48("113"), "ecr.api"), stryMutAct_9fa48("114") ? "" : (stryCov_9fa48("114"), "ecr.dkr")])) {
      if (stryMutAct_9fa48("115")) {
        {}
      } else {
        stryCov_9fa48("115");
        allow(name, stryMutAct_9fa48("116") ? [] : (stryCov_9fa48("116"), [stryMutAct_9fa48("117") ? "" : (stryCov_9fa48("117"), "ecr:GetAuthorizationToken")]), stryMutAct_9fa48("118") ? [] : (stryCov_9fa48("118"), [stryMutAct_9fa48("119") ? "" : (stryCov_9fa48("119"), "*")]));
        allow(name, stryMutAct_9fa48("120") ? [] : (stryCov_9fa48("120"), [stryMutAct_9fa48("121") ? "" : (stryCov_9fa48("121"), "ecr:BatchCheckLayerAvailability"), stryMutAct_9fa48("122") ? "" : (stryCov_9fa48("122"), "ecr:BatchGetImage"), stryMutAct_9fa48("123") ? "" : (stryCov_9fa48("123"), "ecr:GetDownloadUrlForLayer")]), repositories);
      }
    }
    // ECR's own principal signs the layer downloads, so a condition on this account would deny them.
    allow(stryMutAct_9fa48("124") ? "" : (stryCov_9fa48("124"), "s3"), stryMutAct_9fa48("125") ? [] : (stryCov_9fa48("125"), [stryMutAct_9fa48("126") ? "" : (stryCov_9fa48("126"), "s3:GetObject")]), stryMutAct_9fa48("127") ? [] : (stryCov_9fa48("127"), [stryMutAct_9fa48("128") ? `` : (stryCov_9fa48("128"), `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`)]));
    allow(stryMutAct_9fa48("129") ? "" : (stryCov_9fa48("129"), "logs"), stryMutAct_9fa48("130") ? [] : (stryCov_9fa48("130"), [stryMutAct_9fa48("131") ? "" : (stryCov_9fa48("131"), "logs:CreateLogStream"), stryMutAct_9fa48("132") ? "" : (stryCov_9fa48("132"), "logs:PutLogEvents")]), stryMutAct_9fa48("133") ? [] : (stryCov_9fa48("133"), [stryMutAct_9fa48("134") ? `` : (stryCov_9fa48("134"), `arn:${partition}:logs:${region}:${account}:log-group:*`)]));
    for (const service of services) {
      if (stryMutAct_9fa48("135")) {
        {}
      } else {
        stryCov_9fa48("135");
        for (const arn of service.secrets) {
          if (stryMutAct_9fa48("136")) {
            {}
          } else {
            stryCov_9fa48("136");
            const name = endpointForSecret(arn);
            if (stryMutAct_9fa48("138") ? false : stryMutAct_9fa48("137") ? true : (stryCov_9fa48("137", "138"), name)) allow(name, stryMutAct_9fa48("139") ? [] : (stryCov_9fa48("139"), [secretAction(arn)]), stryMutAct_9fa48("140") ? [] : (stryCov_9fa48("140"), [secretResource(arn)]));
          }
        }
        for (const {
          actions,
          resources
        } of service.permissions) {
          if (stryMutAct_9fa48("141")) {
            {}
          } else {
            stryCov_9fa48("141");
            for (const name of new Set(actions.flatMap(stryMutAct_9fa48("142") ? () => undefined : (stryCov_9fa48("142"), action => stryMutAct_9fa48("143") ? endpointsForAction(action) && [] : (stryCov_9fa48("143"), endpointsForAction(action) ?? (stryMutAct_9fa48("144") ? ["Stryker was here"] : (stryCov_9fa48("144"), []))))))) {
              if (stryMutAct_9fa48("145")) {
                {}
              } else {
                stryCov_9fa48("145");
                allow(name, stryMutAct_9fa48("146") ? actions : (stryCov_9fa48("146"), actions.filter(stryMutAct_9fa48("147") ? () => undefined : (stryCov_9fa48("147"), action => stryMutAct_9fa48("148") ? endpointsForAction(action).includes(name) : (stryCov_9fa48("148"), endpointsForAction(action)?.includes(name))))), resources);
              }
            }
          }
        }
      }
    }
    return (stryMutAct_9fa48("149") ? [] : (stryCov_9fa48("149"), [...statements])).map(stryMutAct_9fa48("150") ? () => undefined : (stryCov_9fa48("150"), ([name, allowed]) => stryMutAct_9fa48("151") ? {} : (stryCov_9fa48("151"), {
      name,
      type: gatewayEndpoints.includes(name) ? stryMutAct_9fa48("152") ? "" : (stryCov_9fa48("152"), "Gateway") : stryMutAct_9fa48("153") ? "" : (stryCov_9fa48("153"), "Interface"),
      statements: unique(allowed)
    })));
  }
}
function unique(statements: Statement[]): Statement[] {
  if (stryMutAct_9fa48("154")) {
    {}
  } else {
    stryCov_9fa48("154");
    return stryMutAct_9fa48("155") ? [] : (stryCov_9fa48("155"), [...new Map(statements.map(stryMutAct_9fa48("156") ? () => undefined : (stryCov_9fa48("156"), statement => stryMutAct_9fa48("157") ? [] : (stryCov_9fa48("157"), [JSON.stringify(statement), statement])))).values()]);
  }
}