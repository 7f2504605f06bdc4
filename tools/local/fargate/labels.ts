import { createHash } from "node:crypto";

/**
 * On every container: which checkout and process it belongs to, so that left-overs can be told from others' containers. On those
 * of a task also what they are, for `npm run exec`.
 */
export const label = {
  project: "flask-app-fargate.project",
  owner: "flask-app-fargate.owner",
  cluster: "flask-app-fargate.cluster",
  service: "flask-app-fargate.service",
  task: "flask-app-fargate.task",
  container: "flask-app-fargate.container",
};

/** What a checkout's containers have in the label. */
export const projectLabel = (folder: string): string =>
  createHash("sha256").update(folder).digest("hex").slice(0, 12);
