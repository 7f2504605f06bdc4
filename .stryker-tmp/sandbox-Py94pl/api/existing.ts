// @ts-nocheck
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LookUps } from "../config/look-ups";
import { ApiConfig } from "../config/schema-api";
import { under } from "../rules/names";
import { SharedApi } from "../share";

/** An API that this stack does not own. */
export type ExistingApi = Pick<SharedApi, "id" | "executionArn" | "url" | "stage"> &
  Partial<Pick<SharedApi, "linkId" | "auth" | "authorizers">>;

/**
 * Looks up an API that somebody else owns, so that one that is not there, or not an HTTP API, fails in preview.
 */
export async function findApi(
  { existingId, stage }: Pick<ApiConfig, "existingId" | "stage">,
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
  const { apiEndpoint, executionArn, protocolType, disableExecuteApiEndpoint } = api;
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
  return { id: existingId, executionArn, url, stage };
}
