import type { NativeAuth } from 'etna-auth/native';
import { useEffect, useState } from 'react';
import { ActivityIndicator, Text } from 'react-native';
import { opening } from './auth.ts';
import { Login } from './login.tsx';

/** The first screen: it waits for what the device keeps, which takes a moment. */
export default function App() {
  const [auth, setAuth] = useState<NativeAuth | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    opening.then(setAuth, (error: Error) => setProblem(error.message));
  }, []);
  if (problem) return <Text role="alert">{problem}</Text>;
  return auth ? <Login auth={auth} username={auth.lastUsername ?? ''} /> : <ActivityIndicator />;
}
