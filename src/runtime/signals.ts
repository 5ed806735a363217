/**
 * What signals mean: the first SIGTERM or SIGINT drains, the second ends at once, SIGHUP reloads. Installed first
 * thing: as process 1 of a container Node ignores SIGTERM until there is a handler. Handlers are called synchronously
 * and once.
 */
export type StopSignal = "SIGTERM" | "SIGINT";

export interface SignalHandlers {
  /** Begin to drain. */
  drain(signal: StopSignal): void;
  /** Leave what is not finished and end. */
  abort(signal: StopSignal): void;
  /** Read the configuration again; not called once draining began. */
  reload(): void;
}

/** Where signals come from: `process`, or an emitter in a test. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/** @returns a function that takes the handlers away again */
export function installSignalHandlers(handlers: SignalHandlers, source: SignalSource = process): () => void {
  const stops: readonly StopSignal[] = ["SIGTERM", "SIGINT"];
  const received: StopSignal[] = [];
  const listeners = stops.map((signal) => ({
    signal,
    listener: (): void => {
      received.push(signal);
      if (received.length === 1) handlers.drain(signal);
      else if (received.length === 2) handlers.abort(signal);
    },
  }));
  const onHangup = (): void => {
    if (received.length === 0) handlers.reload();
  };
  for (const { signal, listener } of listeners) source.on(signal, listener);
  source.on("SIGHUP", onHangup);
  return () => {
    for (const { signal, listener } of listeners) source.off(signal, listener);
    source.off("SIGHUP", onHangup);
  };
}
