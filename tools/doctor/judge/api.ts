/** The API, and its stage with what is deployed to it. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html */
import { foundIn } from "../../aws/ask";
import { momentOf } from "../../aws/moment";
import type { Stage } from "../../aws/shapes";
import { broken, type Finding, fine, notJudged, unseen } from "../finding";
import type { Seen } from "../seen";
import { again, servicesOn, pathsOf } from "./paths";

export function judgeApi(seen: Seen): Finding {
  const { api, expected, domains } = seen;
  const fix = [again(seen)];
  if (expected.api === undefined)
    return broken("api", "", "the stack has no API", { fix: [`npx pulumi up --stack ${expected.stack}`] });
  if (api.is === "unseen") return unseen("api", expected.api, api);
  if (api.is === "absent") return broken("api", expected.api, "the API is gone", { fix });
  const off = api.found.DisableExecuteApiEndpoint === true;
  if (off && !expected.executeApiOff && expected.ownsApi)
    return broken("api", expected.api, "its own address is switched off, and the program has it on", {
      evidence: ["DisableExecuteApiEndpoint is true"],
      fix,
    });
  if (off && domains.length === 0 && expected.ownsApi)
    return broken("api", expected.api, "its own address is switched off, and there is no other", { fix });
  return fine("api", expected.api, off ? "there; only its domain answers" : "there");
}

export function judgeStage(seen: Seen): Finding[] {
  const { stages, expected, deployments } = seen;
  if (seen.api.is === "absent" || expected.api === undefined)
    return [notJudged("stage", "", "there is no API")];
  if (stages.is === "unseen") return [unseen("stage", "", stages)];
  const fix = [again(seen)];
  const all = foundIn(stages) ?? [];
  const name = expected.stage?.name;
  const stage = name === undefined ? all[0] : all.find(({ StageName }) => StageName === name);
  if (stage === undefined) {
    const evidence =
      all.length === 0 ? ["it has none"] : [`it has ${all.map((each) => each.StageName).join(", ")}`];
    return [
      broken("stage", name ?? "", "the API has no such stage: every request gets 404", { evidence, fix }),
    ];
  }
  const own = stage.StageName ?? "";
  const told = stage.LastDeploymentStatusMessage;
  const wanted = expected.stage?.deployment;
  if (wanted !== undefined && stage.DeploymentId !== wanted) {
    const made = foundIn(deployments) ?? [];
    const of = (id: string | undefined): string => {
      const created = momentOf(made.find(({ DeploymentId }) => DeploymentId === id)?.CreatedDate);
      return created === undefined ? "" : ` of ${created.toISOString().slice(0, 10)}`;
    };
    const isThere = made.some(({ DeploymentId }) => DeploymentId === wanted);
    return [
      broken("stage", own, "it serves another deployment: routes since then are not served", {
        evidence: [
          `it serves ${stage.DeploymentId ?? "none"}${of(stage.DeploymentId)}`,
          `the state's is ${wanted}${of(wanted)}`,
        ],
        fix: isThere
          ? [
              `aws apigatewayv2 update-stage --api-id ${expected.api} --stage-name '${own}' --deployment-id ${wanted}`,
            ]
          : fix,
      }),
    ];
  }
  if (wanted === undefined && expected.stage !== undefined && stage.AutoDeploy !== true)
    return [
      broken("stage", own, "it does not deploy by itself any more: routes since then are not served", {
        evidence: [`AutoDeploy is off, and it serves ${stage.DeploymentId ?? "no deployment"}`],
        fix,
      }),
    ];
  if (told !== undefined && !/^Successfully/i.test(told))
    return [broken("stage", own, "its last deployment failed", { evidence: [told], fix })];
  const throttled = throttledRoutes(seen, stage);
  if (throttled.length > 0)
    return [
      broken("stage", own, "it lets no request through: 429", {
        evidence: throttled.map((key) => `the limit of ${key} is 0`),
        fix,
        services: servicesOn(pathsOf(seen).filter(({ key }) => throttled.includes(key))),
      }),
    ];
  return [fine("stage", own, "there, and serves the state's routes")];
}

/** What a route has no setting of its own for is the stage's; none at all is the account's limit. */
function throttledRoutes({ focus }: Seen, { DefaultRouteSettings, RouteSettings = {} }: Stage): string[] {
  return focus.filter((key) => {
    const limits = { ...DefaultRouteSettings, ...RouteSettings[key] };
    return limits.ThrottlingRateLimit === 0 || limits.ThrottlingBurstLimit === 0;
  });
}
