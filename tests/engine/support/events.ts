import { identify } from "./provider";

/** What the engine did to one resource: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go */
export interface Step {
  /** `create`, `update`, `delete`; a replacement is `create-replacement`, `replace` and `delete-replaced`, in their order. */
  op: string;
  type: string;
  name: string;
  urn: string;
  /** Inputs that changed. */
  changed: string[];
  /** Of them those that forced a replacement. */
  replacedFor: string[];
  failed: boolean;
}

/** A warning or an error. */
export interface Diagnostic {
  severity: string;
  message: string;
}

/** A step in one line, for assertions: `create aws:ecs/service:Service flask`. */
export const line = ({ op, type, name }: Step): string => `${op} ${type} ${name}`;

interface StepMetadata {
  op: string;
  urn: string;
  diffs?: string[] | null;
  keys?: string[] | null;
}
interface EngineEvent {
  diagnosticEvent?: { severity: string; message: string; ephemeral?: boolean };
  resOutputsEvent?: { metadata: StepMetadata };
  resOpFailedEvent?: { metadata: StepMetadata };
}

/** Of the log of one command: all steps in the order in which they ended, and its warnings and errors. */
export function readEvents(text: string): { all: Step[]; diagnostics: Diagnostic[] } {
  const all: Step[] = [];
  const told = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const row of text.split("\n").filter((candidate) => candidate !== "")) {
    const { diagnosticEvent, resOutputsEvent, resOpFailedEvent } = JSON.parse(row) as EngineEvent;
    if (diagnosticEvent && /^(warning|error)$/.test(diagnosticEvent.severity)) {
      const { severity, message } = diagnosticEvent;
      diagnostics.push({ severity, message: message.trim() });
    }
    const metadata = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
    if (!metadata) continue;
    const { op, urn, diffs, keys } = metadata;
    const failed = resOpFailedEvent !== undefined;
    // A preview tells of a component twice: when it registers, and when its outputs do.
    if (told.has(`${op} ${urn}`)) continue;
    told.add(`${op} ${urn}`);
    all.push({ op, urn, ...identify(urn), changed: diffs ?? [], replacedFor: keys ?? [], failed });
  }
  return { all, diagnostics };
}
