import type { Hop } from "../../doctor/hops";
import type { Account } from "../aws-view/account";
import type { ServiceView } from "../ecs/views";

export interface Fault {
  /** Stable: buttons and tests name it. */
  name: string;
  /** In a sentence, for people. */
  title: string;
  /** Where it breaks. */
  hop: Hop;
  /** Status that requests get; undefined where this machine has no such hop, or the client would have to wait. */
  felt?: number;
  /** Whether a stack has what breaks; left out, every stack has. */
  fits?: (account: Account, service: ServiceView) => boolean;
  inject: (account: Account, service: ServiceView) => void;
}
