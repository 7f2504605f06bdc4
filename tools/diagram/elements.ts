/** What a diagram is made of: nodes, groups and edges. How it looks is not decided here. */

export type NodeKind =
  | "client"
  | "api"
  | "link"
  | "service"
  | "registry"
  | "scheduler"
  | "endpoint"
  | "gateway"
  | "aws"
  | "internet";

export interface DiagramNode {
  id: string;
  kind: NodeKind;
  title: string;
  /** Facts, one a line. */
  lines: string[];
  /** Lines left free at its end, for what a live picture adds. */
  room?: number;
  /** Its own security group, and whom that admits; undefined where it has none. */
  guard?: Guard;
  /** Whose it is, in a picture of more than one stack. */
  owner?: Owner;
  /** Routes of the API, by the service they lead to. */
  routes?: RouteGroup[];
  /** Id of the group it is in; undefined outside of all. */
  group: string | undefined;
}

export interface Guard {
  groups: string[];
  /** Groups and blocks of addresses; nobody where it is empty. */
  admits: string[];
}

export interface Owner {
  stack: string;
  /** Whether it is the stack that is drawn, and not one whose resources that stack shares. */
  own: boolean;
}

export interface RouteGroup {
  /** Undefined for routes that lead nowhere. */
  service: string | undefined;
  owner?: Owner;
  routes: { key: string; auth: string | undefined; limit: string | undefined }[];
}

export type GroupKind = "region" | "vpc" | "subnets" | "security group";

export interface DiagramGroup {
  id: string;
  kind: GroupKind;
  title: string;
  /** Short facts beside the title. */
  chips: string[];
  guard?: Guard;
  owner?: Owner;
  parent: string | undefined;
}

export type EdgeKind =
  /** The way of a request. */
  | "request"
  /** One service calls another. */
  | "call"
  /** Who asks and tells where tasks are. */
  | "discovery"
  /** Who starts and stops tasks. */
  | "control"
  /** What tasks reach of AWS, or of the internet. */
  | "egress";

export interface DiagramEdge {
  kind: EdgeKind;
  /** Node or group. */
  from: string;
  to: string;
  /** Empty for none. */
  label: string;
}

export interface Diagram {
  /** For those who cannot see it, too. */
  title: string;
  description: string;
  nodes: DiagramNode[];
  groups: DiagramGroup[];
  edges: DiagramEdge[];
}
