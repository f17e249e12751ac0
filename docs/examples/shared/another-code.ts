import type { Auth, Challenge } from 'etna-auth';

/** Whether a challenge requires another code than the previous one: a code that was sent since. */
export type IsAnotherCode = (challenge: Challenge) => boolean;

/** Follows the codes of a login. */
export function followCodes(auth: Auth): IsAnotherCode {
  // By their tokens, since some frameworks pass copies of challenges.
  const others = new WeakSet<Challenge['interimToken']>();
  let isFirst = true;
  auth.subscribe((login) => {
    if (login.state === 'idle' || login.state === 'authenticated') isFirst = true;
    if (login.state !== 'awaitingCode' || login.challenge.kind !== 'code' || login.challenge.problem !== null) return;
    if (!isFirst) others.add(login.challenge.interimToken);
    isFirst = false;
  });
  return ({ interimToken }) => others.has(interimToken);
}
