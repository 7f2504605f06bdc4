import type { Deployment } from "../../simulate/deployment";
import type { Topology } from "../local/topology";
import type { Diagram, Owner } from "./elements";

/** A diagram being made. */
export interface Drawing extends Diagram {
  deployment: Deployment;
  topology: Topology;
  /** Whose a resource is, by its URN; undefined where all are one stack's. */
  ownerOf: (urn: string | undefined) => Owner | undefined;
}
