/**
 * What loading a configuration needs of the machine, injected: tests bring their own, node-config-host.ts is the real
 * one.
 */
export interface ConfigHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a small text file; at most `maxBytes`. Never throws. */
  readText(path: string, maxBytes: number): TextRead;
}

export type TextRead =
  | {
      readonly ok: true;
      readonly text: string;
      /** Others than owner and group may read it: worth a warning when it holds a secret. */
      readonly worldReadable: boolean;
    }
  /** `reason` completes "cannot be read: …"; never holds the content. */
  | { readonly ok: false; readonly reason: string };
