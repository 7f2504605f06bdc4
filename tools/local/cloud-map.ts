/**
 * Stands in for AWS Cloud Map: instances per service with the health ECS reports, and DiscoverInstances.
 *
 * `now` is in milliseconds. Tests and benches stop the clock, or scale it by `second`.
 */
import type { Registry } from "./cloud-map/registries";

export interface Instance {
  /** The task's id, as with ECS. */
  id: string;
  address: string;
  port: number;
  zone: string;
  /** URN of the ECS service that registered it. */
  service: string;
}

export interface RegistrySettings {
  /** How long an answer is reused. That the gateway caches is known, for how long is not (aws-facts §1, [M]). */
  discoveryCacheSeconds: number;
  /**
   * How many caches there are, each filled at its own time; a request meets any of them. That the gateway is many machines
   * with a cache each is a guess [L], and the harder case: some cache is always as old as can be.
   */
  discoveryCaches: number;
  /** How late a change of health shows: UNHEALTHY is confirmed after 30 s, with 30 s granularity (aws-facts §3, [H]/[M]). */
  healthLagSeconds: number;
  /** Milliseconds of one second of these settings. */
  second: number;
  now: () => number;
  random: () => number;
}

interface Entry {
  instance: Instance;
  healthy: boolean;
  /** The health that holds from a moment on. */
  pending: { healthy: boolean; from: number } | undefined;
}

const defaults: RegistrySettings = {
  discoveryCacheSeconds: 0,
  discoveryCaches: 1,
  healthLagSeconds: 0,
  second: 1000,
  now: Date.now,
  random: Math.random,
};

export class CloudMap {
  private readonly settings: RegistrySettings;
  private readonly entries = new Map<string, Map<string, Entry>>();
  private readonly cache = new Map<string, { instances: Instance[]; until: number }>();

  constructor(
    /** The recorded Cloud Map services by ARN. */
    readonly services: ReadonlyMap<string, Registry>,
    settings: Partial<RegistrySettings> = {},
  ) {
    this.settings = { ...defaults, ...settings };
  }

  /** Registers a task. It stays UNHEALTHY until {@link setHealth}, where the service has a custom health check. */
  register(arn: string, instance: Instance): void {
    if (!this.services.has(arn)) return;
    const entries = this.entries.get(arn) ?? new Map<string, Entry>();
    this.entries.set(arn, entries.set(instance.id, { instance, healthy: false, pending: undefined }));
  }

  /** Takes effect at once; whoever cached the instance keeps using it (aws-facts §1 "still reaches deregistered tasks"). */
  deregister(arn: string, id: string): void {
    this.entries.get(arn)?.delete(id);
  }

  /** What ECS reports of a task's container health; it shows after the lag. */
  setHealth(arn: string, id: string, healthy: boolean): void {
    const entry = this.entries.get(arn)?.get(id);
    if (!entry) return;
    entry.healthy = this.healthOf(entry);
    entry.pending = {
      healthy,
      from: this.settings.now() + this.settings.healthLagSeconds * this.settings.second,
    };
  }

  /** Every instance of a service with its health as it shows, in the order of registration: ListInstances. */
  instances(arn: string): { instance: Instance; healthy: boolean }[] {
    return [...(this.entries.get(arn)?.values() ?? [])].map((entry) => ({
      instance: entry.instance,
      healthy: this.healthOf(entry),
    }));
  }

  /** Healthy instances as they are now, in the order of registration: what DNS answers from. */
  healthy(arn: string): Instance[] {
    const service = this.services.get(arn);
    if (service?.dnsName === undefined) return [];
    return [...(this.entries.get(arn)?.values() ?? [])]
      .filter((entry) => !service.customHealth || this.healthOf(entry))
      .map((entry) => entry.instance);
  }

  /**
   * Healthy instances in random order, perhaps as they were up to the cache's length ago. `HealthStatus` "is ignored for
   * services that don't have a health check configured, and all instances are returned" (aws-facts §1, [H]); that the
   * order is random stands for "distributes requests across healthy resources" (§1: no algorithm is documented, [L]).
   */
  discover(arn: string): Instance[] {
    const { discoveryCacheSeconds, discoveryCaches, second } = this.settings;
    const now = this.settings.now();
    const name = `${Math.floor(this.settings.random() * discoveryCaches)} ${arn}`;
    let answer = this.cache.get(name);
    if (!answer || answer.until <= now) {
      // Caches that begin together would stay in step for ever; the first answer of each is taken for an older one.
      const left = answer === undefined && discoveryCaches > 1 ? this.settings.random() : 1;
      answer = { instances: this.healthy(arn), until: now + discoveryCacheSeconds * second * left };
      this.cache.set(name, answer);
    }
    const shuffled = [...answer.instances];
    for (let i = shuffled.length - 1; i > 0; i -= 1) {
      const j = Math.floor(this.settings.random() * (i + 1));
      [shuffled[i], shuffled[j]] = [shuffled[j] as Instance, shuffled[i] as Instance];
    }
    return shuffled;
  }

  /** What of a service's instances is found now, and what the gateway still remembers, by id. */
  look(arn: string): { found: string[]; remembered: string[] } {
    const now = this.settings.now();
    const remembered = [...this.cache]
      .filter(([name, { until }]) => name.endsWith(` ${arn}`) && until > now)
      .flatMap(([, { instances }]) => instances.map(({ id }) => id));
    return { found: this.healthy(arn).map(({ id }) => id), remembered: [...new Set(remembered)] };
  }

  /** How long an answer is reused; 0 where each request asks anew. */
  get cacheSeconds(): number {
    return this.settings.discoveryCacheSeconds;
  }

  /** The gateway forgets what it was told: the next request asks again. */
  expire(): void {
    this.cache.clear();
  }

  private healthOf(entry: Entry): boolean {
    return entry.pending && entry.pending.from <= this.settings.now() ? entry.pending.healthy : entry.healthy;
  }
}
