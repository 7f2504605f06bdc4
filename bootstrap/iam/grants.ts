/**
 * Where each action of needs.ts is allowed: as narrow as AWS lets it be. Names of the program's resources hold project
 * and stack where they are named at all; what has a generated id is known by its tags, which the program's provider puts on
 * everything. Which of both an action honours is AWS's reference to tell, and a test holds every grant against it.
 */

import { type Grant } from "./grant";
import { api } from "./grants-api";
import { containers } from "./grants-containers";
import { discovery } from "./grants-discovery";
import { domain } from "./grants-domain";
import { identity } from "./grants-identity";
import { jobs } from "./grants-jobs";
import { monitoring } from "./grants-monitoring";
import { network } from "./grants-network";
import { scaling } from "./grants-scaling";
import { shared } from "./grants-shared";

/** By managed policy: one for all would be too long, and a role takes ten. */
export const grants: Readonly<Record<string, readonly Grant[]>> = Object.fromEntries(
  Object.entries({
    network,
    containers,
    scaling: [...scaling, ...monitoring],
    jobs,
    discovery,
    identity,
    api,
    domain,
  }).map(([name, list]) => [name, [...list, ...(shared[name] ?? [])]]),
);
