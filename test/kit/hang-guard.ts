/**
 * How long tests wait for an event before they call its absence a hang, ms. Nothing healthy comes near it, also on a
 * machine that others keep busy; it is no measure of speed.
 */
export const HANG_MS = 60_000;
