import { volumeOf } from "../rules/fargate";
import { rulesPerSecurityGroup } from "../rules/quotas";
import { Problem, Said } from "./problems";
import { ServiceConfig } from "./schema";

/** Folders that a container has of the program or of the system. */
const taken = ["/tmp", "/dev", "/proc", "/sys", "/etc"];

const within = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);

/** What of volumes takes more than one field to judge; see checks-service.ts. */
export function checkVolumes(
  { volumes = {}, writable = [] }: Partial<Pick<ServiceConfig, "volumes" | "writable">>,
  at: string,
  problems: Problem[],
): void {
  const all = Object.entries(volumes);
  all.forEach(([name, { path }], i) => {
    const refuse = (allowed: string, fix: string): void => {
      problems.push({ path: `${at}.volumes.${name}.path`, got: path, allowed, fix });
    };
    const folders = [...taken, ...writable];
    if (writable.some((folder) => volumeOf(folder) === name)) {
      problems.push({
        path: `${at}.volumes.${name}`,
        got: new Said("a folder of writable makes a volume of this name"),
        allowed: "another name",
        fix: "rename it",
      });
    }
    const reserved = folders.find((folder) => within(path, folder) || within(folder, path));
    if (reserved !== undefined) refuse(`a folder apart from ${folders.join(", ")}`, "use for example /data");
    const other = all
      .slice(0, i)
      .find(([, { path: earlier }]) => within(path, earlier) || within(earlier, path));
    if (other)
      refuse(`a folder apart from ${other[1].path} of ${other[0]}`, "mount each in a folder of its own");
  });
  const groups = new Set(all.map(([, { securityGroupId }]) => securityGroupId)).size;
  if (groups > rulesPerSecurityGroup) {
    problems.push({
      path: `${at}.volumes`,
      got: new Said(`${groups} groups of mount targets`),
      allowed: `${rulesPerSecurityGroup} rules in the service's group`,
      fix: "give mount targets a group in common",
    });
  }
}
