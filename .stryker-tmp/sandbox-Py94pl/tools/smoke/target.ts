/** What is to be checked: a stack as the program describes it, and the address it answers at. */
// @ts-nocheck

import { isIP } from "node:net";
import { ofType, withReferences, type Deployment } from "../../simulate/deployment";
import { text } from "../local/recorded";
import { readTopology, type Topology } from "../local/topology";
import type { RouteView } from "../local/gateway/routes";

export interface Target {
  /** Of the stack and of those it shares: whose routes decide together which one a request takes. */
  topology: Topology;
  /** The stack's own routes, which are called. */
  routes: RouteView[];
  /** Whether somebody else's API has routes that are not known here. */
  foreign: boolean;
  /** Path below the API's address where the stack's own routes begin, for example `/pr`; empty for a stack of its own. */
  prefix: string;
  /** Whether the domain is the only way in. */
  domainOnly: boolean;
  /** Whether clients need a certificate of their own: mutual TLS of the domain. */
  mutualTls: boolean;
}

/** Reads a simulated deployment. */
export function readTarget(deployment: Deployment): Target {
  const whole = { ...deployment, resources: withReferences(deployment) };
  const topology = readTopology(whole);
  const own = new Set(
    ofType(deployment, "aws:apigatewayv2/route:Route").map(({ inputs }) => text(inputs.routeKey)),
  );
  return {
    topology,
    routes: topology.routes.filter(({ route }) => own.has(route.key)),
    foreign: deployment.invocations.some(({ token }) => token === "aws:apigatewayv2/getApi:getApi"),
    prefix: prefixOf(deployment),
    domainOnly: ofType(whole, "aws:apigatewayv2/api:Api").some(
      ({ inputs }) => inputs.disableExecuteApiEndpoint === true,
    ),
    mutualTls: ofType(whole, "aws:apigatewayv2/domainName:DomainName").some(
      ({ inputs }) => inputs.mutualTlsAuthentication !== undefined,
    ),
  };
}

/** What the stack's address has more than that of the stack whose API it shares. */
function prefixOf({ outputs, references }: Deployment): string {
  const shared = text(references[0]?.outputs.url);
  const own = text(outputs.url);
  if (shared === undefined || own === undefined) return "";
  return pathOf(new URL(own)).slice(pathOf(new URL(shared)).length);
}

/** A path without the slash at its end. */
const pathOf = ({ pathname }: URL): string => pathname.replace(/\/+$/, "");

/** Where the API answers. */
export interface Address {
  /** Of the stack's page, as its output has it. */
  url: string;
  origin: string;
  /** Path of the API with its stage, to which a route's path is added; empty for the stage `$default`. */
  base: string;
  host: string;
  port: number;
  secure: boolean;
}

/** The API's address from the stack's: both are taken, with the prefix and without. */
export function readAddress(url: URL, prefix: string): Address {
  const path = pathOf(url);
  const base = prefix !== "" && path.endsWith(prefix) ? path.slice(0, -prefix.length) : path;
  const secure = url.protocol === "https:";
  return {
    url: url.origin + (base + prefix || "/"),
    origin: url.origin,
    base,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    secure,
  };
}

/**
 * Reads what `--url` or a stack's output says.
 *
 * @returns the URL, or what is wrong with it
 */
export function parseUrl(value: string): URL | string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const local = url && url.protocol === "http:" && isLocal(url.hostname);
  if (url && (url.protocol === "https:" || local) && url.search === "" && url.hash === "") return url;
  return `\`${value}\`. Allowed is an address such as https://api.example.com/, or http:// on this machine.`;
}

const isLocal = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
