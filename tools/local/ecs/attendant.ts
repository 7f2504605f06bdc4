/**
 * Keeps what a task shows of itself while it is not healthy, and says what can be told of it: the first failure of its health
 * check that is none of the start, then what changes, and what mends it.
 */
import { shownProbe } from "../fargate/probes";
import type { Artifact, Exit, Listener, Probe, RunningTask, TaskRunner } from "../fargate/runner";
import type { ServiceView } from "./views";
import { diagnose, ofDraining, ofListening, type Finding, type Symptoms } from "./symptoms";

export interface Attended {
  service: ServiceView;
  artifact: Artifact;
  kind: TaskRunner["kind"];
  /** Milliseconds of one second of the task definition's times. */
  second: number;
  /** Told what is found out, in words. */
  say: (message: string) => void;
  /** Told that no time will make it healthy. */
  giveUp: () => void;
}

/** Seconds in which a failing check is nothing to speak of, and in which listening nowhere is none: the application starts. */
const startingSeconds = 5;
const listeningSeconds = 15;
/** Lines of output that are looked through. */
const tailLines = 60;

/** What the companion prints when the application's container has ended. */
const followed = /^companion: .+ has ended, and the task ends with it$/;
/** Podman's word and Docker's. */
const over = /container state improper|container \S+ is not running/i;

export class Attendant {
  private readonly tail: string[] = [];
  private readonly said = new Set<string>();
  private readonly began = Date.now();
  private probe: Probe | undefined;
  private listeners: readonly Listener[] | undefined;
  private exit: Exit | undefined;
  private running: RunningTask | undefined;

  constructor(private readonly attended: Attended) {}

  /** The task runs. */
  started(running: RunningTask): void {
    this.running = running;
  }

  printed(line: string): void {
    this.tail.push(line);
    if (this.tail.length > tailLines) this.tail.shift();
  }

  /** A health check of the task has been run. */
  async probed(container: string, probe: Probe): Promise<void> {
    if (probe.healthy) {
      this.probe = undefined;
      return;
    }
    // Of a container that has ended the engine says nothing else.
    if (over.test(probe.output)) return;
    this.probe = this.named(container, probe);
    const seconds = (Date.now() - this.began) / this.attended.second;
    if (seconds < startingSeconds && !this.hopeless) return;
    const listeners = await this.running?.listeners?.().catch(() => undefined);
    this.listeners = listeners?.length === 0 && seconds < listeningSeconds ? undefined : listeners;
    // Times and ids differ each time, and are no change.
    const same = `${probe.code} ${probe.output.replaceAll(/\d+/g, "0")}`;
    this.tell(`health check failed: ${shownProbe(this.probe)}`, same);
    for (const { says } of this.findings) this.tell(says);
    if (this.hopeless) this.attended.giveUp();
    else this.tell(this.patience);
  }

  /** It is healthy: whether others get there, too, no check says. */
  async healthy(): Promise<void> {
    this.listeners = await this.running?.listeners?.().catch(() => undefined);
    for (const { says } of ofListening(this.symptoms)) this.tell(says);
  }

  /** It ended by itself, or did not start. */
  ended(exit: Exit): void {
    const { containers = [], container, checked } = this.attended.service.task ?? {};
    const other = containers.find((view) => view !== container && exit.reason.startsWith(`${view.name}: `));
    // Another container's end says nothing of the application, but for the companion's, which says so when it follows it.
    const follows = other === checked && this.tail.some((line) => followed.test(line));
    if (other && !follows) return;
    this.exit = other ? { code: undefined, reason: "it has ended" } : exit;
    this.probe = undefined;
    for (const { says } of this.findings) this.tell(says);
  }

  /** It was told to stop, and has ended. */
  stopped(milliseconds: number): void {
    const drains = this.attended.service.task?.containers.map(({ environment }) =>
      Number(environment.DRAIN_SECONDS ?? 0),
    );
    const says = ofDraining(Math.max(0, ...(drains ?? [])), milliseconds / this.attended.second);
    if (says !== undefined) this.tell(says);
  }

  /** What mends it. */
  get advice(): string[] {
    return [
      ...(this.probe ? [`Its last health check: ${shownProbe(this.probe)}`] : []),
      ...this.findings.map(({ says }) => says),
      ...this.lastWords,
    ];
  }

  /** What it printed, where nothing else tells why it ended. */
  private get lastWords(): string[] {
    const printed = this.tail.filter((line) => line.trim() !== "" && !followed.test(line)).slice(-3);
    if (!this.exit || this.findings.length > 0 || printed.length === 0) return [];
    return [["What it printed last says why:", ...printed.map((line) => `  ${line}`)].join("\n")];
  }

  get hopeless(): boolean {
    return this.findings.some(({ hopeless }) => hopeless);
  }

  /** How long ECS lets it fail. */
  private get patience(): string {
    const {
      startPeriod = 0,
      interval = 0,
      retries = 0,
    } = this.attended.service.task?.checked.healthCheck ?? {};
    return `It has the time that Amazon ECS gives it, ${startPeriod + interval * retries} s. An edit takes effect at once.`;
  }

  private get findings(): Finding[] {
    return diagnose(this.symptoms);
  }

  private get symptoms(): Symptoms {
    const { service, artifact, kind } = this.attended;
    const application = service.task?.container;
    const port = service.registration?.port ?? application?.ports[0] ?? 0;
    return {
      service: service.name,
      kind,
      port: kind === "processes" ? (this.running?.port ?? port) : port,
      configuredPort: port,
      user: application?.user,
      readonlyRoot: application?.readonlyRoot ?? false,
      command:
        application?.command || application?.entryPoint
          ? [...(application.entryPoint ?? []), ...(application.command ?? [])]
          : (artifact.command ?? []),
      versions: artifact.versions,
      companion: service.task !== undefined && service.task.checked !== application,
      exit: this.exit,
      probe: this.probe,
      listeners: port === 0 ? undefined : this.listeners,
      tail: this.tail,
    };
  }

  /** The companion's command says nothing to whoever did not write it. */
  private named(container: string, probe: Probe): Probe {
    const { task } = this.attended.service;
    const view = task?.containers.find(({ name }) => name === container);
    const { APPLICATION: application, HEALTH_PATH: path, PORT: port } = view?.environment ?? {};
    if (!task || view === task.container || application === undefined || path === undefined) return probe;
    return { ...probe, command: `GET http://127.0.0.1:${port ?? "PORT"}${path}` };
  }

  private tell(message: string, same = message): void {
    if (this.said.has(same)) return;
    this.said.add(same);
    this.attended.say(message);
  }
}
