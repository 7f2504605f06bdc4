// @ts-nocheck
import type { Deployment } from "../../simulate/deployment";
import type { Topology } from "../local/topology";
import type { Diagram } from "./elements";

/** A diagram being made. */
export interface Drawing extends Diagram {
  deployment: Deployment;
  topology: Topology;
}
