import type { ActorOptions, AnyActorLogic } from 'xstate';

/** Timers that do not keep a program running that has nothing else to do. */
export const patientClock: NonNullable<ActorOptions<AnyActorLogic>['clock']> = {
  setTimeout(callback, milliseconds) {
    const timer: unknown = setTimeout(callback, milliseconds);
    // Only Node's timers have `unref`; in browsers they are numbers.
    (timer as { unref?(): void }).unref?.();
    return timer;
  },
  clearTimeout: (timer) => clearTimeout(timer),
};
