import * as pulumi from "@pulumi/pulumi";
import { unknownKey } from "./near-names";
import { Problem, Said } from "./problems";
import { sections, values } from "./schema";
import { isConfigSecret } from "./secret";

/** The project's own keys, parsed. The engine hands objects over as JSON. */
export function readDocument(project: string, problems: Problem[]): Record<string, unknown> {
  const known = ["services", "jobs", ...Object.keys(sections), ...Object.keys(values)];
  const document: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    const [namespace, name = ""] = key.split(/:(.*)/s);
    if (namespace !== project) continue;
    if (!known.includes(name)) {
      problems.push(unknownKey(name, name, known));
      continue;
    }
    // Decrypted it would stand in the task definition, and in the message about any other problem.
    if (isConfigSecret(key)) {
      problems.push({
        path: name,
        got: new Said("it holds an encrypted value"),
        allowed: "plain values",
        fix: "keep the secret in Secrets Manager or Parameter Store and name its ARN in services.<name>.secrets",
      });
      continue;
    }
    document[name] = parsed(text);
    const isText = typeof document[name] === "string" && !Object.hasOwn(values, name);
    if (isText) {
      // Broken JSON may hold anything.
      const got = /secret/i.test(text) ? new Said("this is no object, and not shown") : text;
      problems.push({ path: name, got, allowed: "an object", fix: `write its keys below ${name}:` });
      delete document[name];
    } else checkRead(document[name], name, problems);
  }
  return document;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * What was lost on the way: in JavaScript `__proto__` is no name, it would change what an object is; and of a date without
 * quotes YAML makes a moment.
 */
function checkRead(value: unknown, path: string, problems: Problem[]): void {
  const [, date] = (typeof value === "string" && writtenMoment.exec(value)) || [];
  if (date !== undefined) {
    problems.push({
      path,
      got: value,
      allowed: "text in quotes: without, YAML reads a date as a moment, and Pulumi hands that on",
      fix: `write it as it is meant, for example "${date}", in quotes`,
    });
  }
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, "__proto__")) {
    problems.push({
      path: `${path}.__proto__`,
      got: new Said("this name is JavaScript's own"),
      allowed: "any other name",
      fix: "rename it",
    });
    delete (value as Record<string, unknown>)["__proto__"];
  }
  for (const [key, inner] of Object.entries(value)) checkRead(inner, `${path}.${key}`, problems);
}

/** As Go writes a moment, in which Pulumi's YAML is read. */
const writtenMoment = /^(\d{4}-\d{2}-\d{2}) \d{2}:\d{2}:\d{2}(?:\.\d+)? [+-]\d{4} (?:[A-Z]+|[+-]\d+)$/;

/** What the user gives names to: services, jobs. */
export function readNamed(
  key: "services" | "jobs",
  raw: unknown,
  problems: Problem[],
): Record<string, unknown> {
  if (raw === undefined || raw === null) return {};
  if (typeof raw === "object" && !Array.isArray(raw)) return raw as Record<string, unknown>;
  problems.push({
    path: key,
    got: raw,
    allowed: `name → ${key.slice(0, -1)}`,
    fix: `write a name below ${key}:`,
  });
  return {};
}
