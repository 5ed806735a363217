/** The built command against a real admin port that lives as long as one test. */
import { afterEach } from "vitest";
import type { AdminPort, AdminPortOptions } from "./admin-port.ts";
import { startAdminPort } from "./admin-port.ts";
import type { CommandOptions, CommandResult } from "./command-line.ts";
import { lipservice } from "./command-line.ts";

export interface AdminCommand {
  /** Starts the port at the first call of a test, with these options; later calls of that test use the same one. */
  run(args: readonly string[], port?: AdminPortOptions, command?: CommandOptions): Promise<CommandResult>;
  /** Ends the port, so that the next call starts another. */
  stop(): Promise<void>;
}

/** Call at the top of a test file: registers the end of the port after each test. */
export function adminCommand(): AdminCommand {
  let port: AdminPort | undefined;
  const stop = async (): Promise<void> => {
    await port?.stop();
    port = undefined;
  };
  afterEach(stop);
  return {
    run: async (args, options = {}, command = {}) => {
      port ??= await startAdminPort(options);
      return await lipservice([...args, "--admin", `http://127.0.0.1:${port.port}`], command);
    },
    stop,
  };
}
