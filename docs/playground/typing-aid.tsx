import type { Auth } from 'etna-auth';
import { fillIn } from './fill-in.ts';
import type { Scenario } from './scenarios.ts';

/** What the demo user knows, at hand. It is not shown. */
export function TypingAid({ auth, scenario, state }: { auth: Auth; scenario: Scenario; state: string }) {
  const { username, pin, password } = scenario.user;
  const { challenge } = auth.actor.getSnapshot().context;
  if (state === 'idle' || state === 'failed') {
    return (
      <Aid
        words={`The demo user is ${username}.`}
        label={`Fill in ${username}’s password`}
        onClick={() => fillIn({ username, password: scenario.password ?? password })}
      />
    );
  }
  if (state === 'awaitingCode' && challenge?.kind === 'pin' && pin) {
    return (
      <Aid
        words={`${username} knows it.`}
        label={`Fill in ${username}’s PIN`}
        onClick={() => fillIn({ answer: pin })}
      />
    );
  }
  return null;
}

function Aid({ words, label, onClick }: { words: string; label: string; onClick: () => void }) {
  return (
    <div className="aid">
      <p>{words}</p>
      <button type="button" onClick={onClick}>
        {label}
      </button>
    </div>
  );
}
