import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { LookUps } from "../config/look-ups";
import { under } from "../rules/names";
import { httpApi } from "../rules/quotas";
import { SharedApi } from "../share";
import { serve } from "./served";

/** An API that this stack does not own. */
export type ExistingApi = Pick<SharedApi, "id" | "executionArn" | "url" | "stage"> &
  Partial<
    Pick<
      SharedApi,
      | "linkId"
      | "auth"
      | "authorizers"
      | "cors"
      | "corsConfiguration"
      | "routes"
      | "served"
      | "detailedMetrics"
    >
  >;

/**
 * Looks up an API that somebody else owns, so that one that is not there, or not an HTTP API, fails in preview.
 */
export async function findApi(
  { api: { existingId, stage, auth = "none" }, services }: Pick<StackConfig, "api" | "services">,
  lookUps: LookUps,
  opts: pulumi.InvokeOptions,
): Promise<ExistingApi | undefined> {
  if (existingId === undefined) return undefined;
  const api = await lookUps.find(
    {
      path: "api.existingId",
      got: existingId,
      allowed: "an HTTP API of this account and Region",
      fix: "name one that is there, or take it out for an API of this stack's own",
    },
    () => aws.apigatewayv2.getApi({ apiId: existingId }, opts),
  );
  if (!api) return undefined;
  const { apiEndpoint, executionArn, protocolType, disableExecuteApiEndpoint, corsConfigurations } = api;
  if (protocolType !== "HTTP") {
    lookUps.refuse(
      `api.existingId: ${existingId} is a ${protocolType} API. Allowed: an HTTP API, which alone reaches Cloud Map. ` +
        "Fix: name one, or take it out for an API of this stack's own.",
    );
  }
  if (disableExecuteApiEndpoint) {
    void pulumi.log.warn(
      `The API ${existingId} answers at a domain of its owner's alone: the stack's output url is switched off.`,
    );
  }
  const url = under(apiEndpoint, stage === "$default" ? "" : stage);
  const [cors] = corsConfigurations;
  // What others have in it nobody tells: there is no look-up for routes.
  const count = serve({ cors: cors !== undefined, own: false, auth, others: [], services }).table.size;
  if (count > httpApi.routes) {
    lookUps.refuse(
      `services: ${count} routes, with six for each closed ANY because ${existingId} has CORS. Allowed: ${httpApi.routes} in one ` +
        "API, with those that others have there. Fix: use {proxy+} routes.",
    );
  }
  const { allowMethods = [], allowHeaders = [], allowCredentials = false } = cors ?? {};
  return {
    ...{ id: existingId, executionArn, url, stage, cors: cors !== undefined },
    ...(cors && { corsConfiguration: { allowMethods, allowHeaders, allowCredentials } }),
  };
}
