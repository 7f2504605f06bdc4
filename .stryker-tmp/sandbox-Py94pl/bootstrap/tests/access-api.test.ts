// @ts-nocheck
import { arn, asks, check, deploys, destroys, tagged } from "./support/requests";

const gateway = (path: string): string => `arn:aws:apigateway:ap-southeast-2::${path}`;
/** Of an API or a link; a new one has an asterisk for its id. */
const tags = (path: string): string =>
  gateway(`/tags/${encodeURIComponent(`arn:aws:apigateway:ap-southeast-2::/v2${path}`).replace("%2A", "*")}`);

describe("what deploys may do to the front door", () => {
  check([
    [
      "makes an API with its tags",
      deploys,
      { action: "apigateway:POST", resource: gateway("/apis"), context: asks("dev") },
      true,
    ],
    [
      "which asks for the tags of one without an id",
      deploys,
      { action: "apigateway:POST", resource: tags("/apis/*"), context: asks("dev") },
      true,
    ],
    ["makes none without", deploys, { action: "apigateway:POST", resource: gateway("/apis") }, false],
    [
      "changes its own API",
      deploys,
      { action: "apigateway:PATCH", resource: gateway("/apis/a1b2c3"), context: tagged("dev") },
      true,
    ],
    [
      "changes no other's",
      deploys,
      { action: "apigateway:PATCH", resource: gateway("/apis/a1b2c3"), context: tagged("prod") },
      false,
    ],
    [
      "deletes no other's link",
      deploys,
      { action: "apigateway:DELETE", resource: gateway("/vpclinks/a1b2c3"), context: tagged("prod") },
      false,
    ],
    [
      "tags no API that is there as its own",
      deploys,
      { action: "apigateway:POST", resource: tags("/apis/a1b2c3"), context: asks("dev") },
      false,
    ],
    [
      "adds another tag to it",
      deploys,
      {
        action: "apigateway:POST",
        resource: tags("/apis/a1b2c3"),
        context: { "aws:RequestTag/Team": "x", "aws:TagKeys": ["Team"] },
      },
      true,
    ],
    [
      "takes off no tag that says whose it is, in whichever case",
      deploys,
      {
        action: "apigateway:DELETE",
        resource: tags("/apis/a1b2c3"),
        context: { "aws:TagKeys": ["Team", "stack"] },
      },
      false,
    ],
    [
      "tags what is new by the action's name too",
      deploys,
      { action: "apigateway:TagResource", resource: gateway("/apis/a1b2c3/stages"), context: asks("dev") },
      true,
    ],
    [
      "and nothing of others by it",
      deploys,
      {
        action: "apigateway:TagResource",
        resource: gateway("/apis/a1b2c3"),
        context: { ...tagged("prod"), ...asks("dev") },
      },
      false,
    ],
    [
      "tags a new certificate as its own",
      deploys,
      { action: "acm:AddTagsToCertificate", resource: arn("acm", "certificate/1"), context: asks("dev") },
      true,
    ],
    [
      "adds a tag to its own certificate",
      deploys,
      {
        action: "acm:AddTagsToCertificate",
        resource: arn("acm", "certificate/1"),
        context: { ...tagged("dev"), "aws:RequestTag/Team": "x" },
      },
      true,
    ],
    [
      "takes over no other's",
      deploys,
      {
        action: "acm:AddTagsToCertificate",
        resource: arn("acm", "certificate/1"),
        context: { ...tagged("prod"), ...asks("dev") },
      },
      false,
    ],
    [
      "tags none as another stack's",
      deploys,
      {
        action: "acm:AddTagsToCertificate",
        resource: arn("acm", "certificate/1"),
        context: { ...tagged("dev"), ...asks("prod") },
      },
      false,
    ],
    [
      "lets API Gateway call a function that was named, also by an alias",
      deploys,
      {
        action: "lambda:AddPermission",
        resource: arn("lambda", "function:keys:live"),
        context: { "lambda:Principal": "apigateway.amazonaws.com" },
      },
      true,
    ],
    [
      "lets nobody else",
      deploys,
      {
        action: "lambda:AddPermission",
        resource: arn("lambda", "function:keys"),
        context: { "lambda:Principal": "*" },
      },
      false,
    ],
    [
      "lets it call no other function",
      deploys,
      {
        action: "lambda:AddPermission",
        resource: arn("lambda", "function:keys-of-others"),
        context: { "lambda:Principal": "apigateway.amazonaws.com" },
      },
      false,
    ],
    [
      "reads who may call no other",
      destroys,
      { action: "lambda:GetPolicy", resource: arn("lambda", "function:others") },
      false,
    ],
  ]);
});
