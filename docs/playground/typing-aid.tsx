import type { Auth } from 'etna-auth';
import { fillIn } from './fill-in.ts';
import type { Scenario } from './scenarios.ts';

/** What the demo user knows, at hand. It is not shown. */
export function TypingAid({ auth, scenario, state }: { auth: Auth; scenario: Scenario; state: string }) {
  const { username, pin, password } = scenario.user;
  const { challenge } = auth.actor.getSnapshot().context;
  if (state === 'idle' || state === 'failed') {
    return (
      <div className="aid">
        <p>Demo user: {username}</p>
        <button type="button" onClick={() => fillIn({ username, password: scenario.password ?? password })}>
          Fill in <span className="unseen">name and password</span>
        </button>
      </div>
    );
  }
  if (state === 'awaitingCode' && challenge?.kind === 'pin' && pin) {
    return (
      <div className="aid">
        <p>{username} knows the PIN.</p>
        <button type="button" onClick={() => fillIn({ answer: pin })}>
          Fill in <span className="unseen">the PIN</span>
        </button>
      </div>
    );
  }
  return null;
}
