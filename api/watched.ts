import * as pulumi from "@pulumi/pulumi";

/** An API as whoever reads its metrics sees it. */
export interface WatchedApi {
  id: pulumi.Input<string>;
  stage: string;
  /** Whether it is this stack's: another's API is its owner's to watch. A plain value: it decides which alarms exist. */
  own: boolean;
  /** Whether its stage sends metrics by route. */
  detailedMetrics: boolean;
  /** Keys of the routes that lead to a service, as they are served. */
  keysOf: (service: string) => readonly string[];
}
