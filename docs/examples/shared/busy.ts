import type { Shown } from './words.ts';

/** Whether the user can only wait, or cancel. */
export const isBusy = ({ state }: Shown): boolean =>
  state === 'requestingToken' || state === 'awaitingTurn' || state === 'verifyingCode';
