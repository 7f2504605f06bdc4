/** A Docker engine, if one answers: where it is, and how this machine reaches its containers. */
// @ts-nocheck

import Docker from "dockerode";

export interface Engine {
  docker: Docker;
  name: string;
  podman: boolean;
  /** Containers have addresses that this machine can reach; otherwise their ports are published on 127.0.0.1. */
  bridged: boolean;
  /** The address by which containers reach this machine. */
  host: string;
  network: string;
}

/** Finds the engine by DOCKER_HOST or the usual socket. Throws with the reason when none answers. */
export async function findEngine(): Promise<Engine> {
  const docker = new Docker();
  let version: Docker.DockerVersion;
  try {
    version = await docker.version();
  } catch (error) {
    const where = process.env.DOCKER_HOST ?? "the usual socket";
    throw new Error(`no Docker engine answers at ${where}: ${(error as Error).message || "no connection"}`);
  }
  const info = (await docker.info()) as { SecurityOptions?: string[]; OperatingSystem?: string };
  const podman = (version.Components ?? []).some(({ Name }) => /podman/i.test(Name));
  const rootless = (info.SecurityOptions ?? []).some((option) => /rootless/.test(option));
  const desktop = /docker desktop/i.test(info.OperatingSystem ?? "");
  const remote = /^(tcp|http|https|ssh):/.test(process.env.DOCKER_HOST ?? "");
  const bridged = process.platform === "linux" && !rootless && !desktop && !remote;
  const network = await defaultNetwork(docker, podman);
  return {
    docker,
    name: `${podman ? "Podman" : "Docker"} ${version.Version}`,
    podman,
    bridged,
    host: bridged && network.gateway !== undefined ? network.gateway : "host.docker.internal",
    network: network.name,
  };
}

async function defaultNetwork(
  docker: Docker,
  podman: boolean,
): Promise<{ name: string; gateway: string | undefined }> {
  const name = podman ? "podman" : "bridge";
  const found = await docker
    .getNetwork(name)
    .inspect()
    .catch(() => undefined);
  const ipam = (found as { IPAM?: { Config?: { Gateway?: string }[] } } | undefined)?.IPAM;
  return {
    name,
    gateway: ipam?.Config?.map(({ Gateway }) => Gateway).find((address) => address !== undefined),
  };
}
