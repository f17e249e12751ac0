import { useEffect, useSyncExternalStore } from 'react';
import { Login } from '../examples/react/login.tsx';
import { StateChart } from './chart.tsx';
import { startOver, useScene } from './current-scene.ts';
import { Phone } from './phone.tsx';
import { ScenarioList } from './scenario-list.tsx';
import type { Scene } from './scene.ts';
import { Timeline } from './timeline.tsx';
import { TypingAid } from './typing-aid.tsx';
import { World } from './world.tsx';
import { YourServer } from './your-server.tsx';

/** A login screen, the machine that it runs on, and the world around them. */
export function Playground() {
  const scene = useScene();
  const scenario = scene.server?.scenario ?? null;
  useEffect(() => {
    document.title = `${scenario?.title ?? 'Your server'} – etna-auth`;
  }, [scenario]);
  return (
    <>
      <Stage key={stageOf(scene)} scene={scene} />
      <YourServer scene={scene} />
    </>
  );
}

function Stage({ scene }: { scene: Scene }) {
  const { auth, record, server } = scene;
  const seen = useSyncExternalStore(record.subscribe, record.getSnapshot);
  const scenario = server?.scenario ?? null;
  return (
    <div className="stage">
      <ScenarioList current={scenario} />
      <div className="about">
        <h2>{scenario?.title ?? `Your server: ${scene.origin}`}</h2>
        <p>
          {scenario?.about ??
            'The same screen and the same machine, against a server that is really there. What you type goes to it, and to nobody else.'}
        </p>
        <button type="button" onClick={startOver}>
          {scenario ? 'Start over' : 'Back to the emulator'}
        </button>
      </div>
      <div className="side" id="screen">
        <div className="screen">
          <Login auth={auth} />
          {scenario && <TypingAid auth={auth} scenario={scenario} state={seen.state} />}
        </div>
        {scenario?.user.twoFactor && <Phone messages={seen.messages} isAsked={seen.state === 'awaitingCode'} />}
        <World scene={scene} isSignedIn={seen.state === 'authenticated'} />
      </div>
      <StateChart seen={seen} />
      <Timeline entries={seen.entries} />
    </div>
  );
}

// One stage a scene: what was typed in one is of no use in the next.
const keys = new WeakMap<Scene, string>();

function stageOf(scene: Scene): string {
  const key = keys.get(scene) ?? crypto.randomUUID();
  keys.set(scene, key);
  return key;
}
