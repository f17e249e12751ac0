import charts from 'virtual:charts';
import { useEffect, useSyncExternalStore } from 'react';
import { Login } from '../examples/react/login.tsx';
import { StateChart } from './chart.tsx';
import { scenarioOf, startOver, useScene } from './current-scene.ts';
import { Messages } from './messages.tsx';
import { Phone } from './phone.tsx';
import { Program } from './program.tsx';
import type { ProgramScene } from './program-scene.ts';
import { ScenarioList } from './scenario-list.tsx';
import type { Scene } from './scene.ts';
import { Timeline } from './timeline.tsx';
import { TypingAid } from './typing-aid.tsx';
import { World } from './world.tsx';
import { YourServer } from './your-server.tsx';

/** A login screen or a program, its machine, and the world around them. */
export function Playground() {
  const scene = useScene();
  const scenario = scenarioOf(scene);
  const title = scenario?.title ?? 'Your server';
  useEffect(() => {
    document.title = `${title} – etna-auth`;
  }, [title]);
  return (
    <>
      <div className="stage" data-tabs={'tabs' in scene ? scene.tabs.length : undefined}>
        <ScenarioList current={scenario} />
        <div className="about">
          <h2>{'origin' in scene && !scenario ? `Your server: ${scene.origin}` : title}</h2>
          <p>
            {scenario?.about ??
              'The same screen and the same machine, with a real server. What you type goes to this server, and nowhere else.'}
          </p>
          <button type="button" onClick={startOver}>
            {scenario ? 'Start over' : 'Back to the emulator'}
          </button>
        </div>
        {/* A new scene gets new fields. The controls outside stay, and keep the focus. */}
        {'auth' in scene ? (
          <LoginStage key={scene.number} scene={scene} />
        ) : (
          <ProgramStage key={scene.number} scene={scene} />
        )}
      </div>
      <YourServer scene={scene} />
    </>
  );
}

function LoginStage({ scene }: { scene: Scene }) {
  const { tabs, mail, recorder, server } = scene;
  const seen = useSyncExternalStore(recorder.subscribe, recorder.getSnapshot);
  const scenario = server?.scenario ?? null;
  const screens = tabs.map(({ name, auth }) => {
    const state = seen.places.find(({ tab }) => tab === name)?.state ?? 'idle';
    const { challenge } = auth.actor.getSnapshot().context;
    return { name, auth, state, asked: state === 'awaitingCode' ? challenge?.kind : null };
  });
  return (
    <>
      <div className="side" id="screen">
        <div className="screens">
          {screens.map(({ name, auth, state, asked }) => (
            <section className="screen" key={name} aria-label={name || undefined}>
              {name && <p className="tab">{name}</p>}
              <Login auth={auth} />
              {scenario && <TypingAid scenario={scenario} state={state} asked={asked} />}
            </section>
          ))}
        </div>
        {scenario?.user.twoFactor && (
          <Phone messages={seen.messages} isAsked={screens.some(({ asked }) => asked === 'code')} />
        )}
        {mail && <Messages mail={mail} />}
        <World scene={scene} isSignedIn={screens.some(({ state }) => state === 'authenticated')} />
      </div>
      <StateChart chart={charts.login} seen={seen} />
      <Timeline entries={seen.entries} />
    </>
  );
}

function ProgramStage({ scene }: { scene: ProgramScene }) {
  const { recorder } = scene;
  const seen = useSyncExternalStore(recorder.subscribe, recorder.getSnapshot);
  return (
    <>
      <div className="side" id="screen">
        <Program scene={scene} seen={seen} />
      </div>
      <StateChart chart={charts.keeper} seen={seen} />
      <Timeline entries={seen.entries} />
    </>
  );
}
