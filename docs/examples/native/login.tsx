import { type Auth, type AuthFailure, type Challenge, reveal, secret } from 'etna-auth';
import { messages } from 'etna-auth/messages';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Image, Pressable, ScrollView, StyleSheet, Text, TextInput, type TextInputProps, View } from 'react-native';
import { followCodes } from '../shared/another-code.ts';
import { type AnswerField, fieldsOf, pictureOf } from '../shared/answer.ts';
import { isBusy } from '../shared/busy.ts';
import { addressOf } from '../shared/picture.ts';
import { words } from '../shared/words.ts';

/** A login screen. `resendDelay` is the time in seconds until another code may be sent. */
export function Login({
  auth,
  username = '',
  resendDelay = 30,
}: {
  auth: Auth;
  username?: string;
  resendDelay?: number;
}) {
  const login = useSyncExternalStore(auth.subscribe, auth.getSnapshot);
  const { send } = auth.actor;
  const [isAnotherCode] = useState(() => followCodes(auth));

  return (
    // The first tap on a button counts while the keyboard is open.
    <ScrollView contentContainerStyle={styles.screen} keyboardShouldPersistTaps="handled" aria-busy={isBusy(login)}>
      <Text role="heading" style={styles.title}>
        {words.titleOf(login)}
      </Text>
      <Text role="status">{words.statusOf(login)}</Text>
      {login.state === 'failed' && (
        <>
          <Failure failure={login.failure} />
          {login.failure.retryable && (
            <LaterButton
              seconds={login.failure.retryAfter ?? 0}
              label={words.retry}
              onPress={() => send({ type: 'retry' })}
            />
          )}
          <Button label={words.dismiss} onPress={() => send({ type: 'reset' })} />
        </>
      )}
      {(login.state === 'idle' || login.state === 'failed') && (
        <SignInForm username={username} onSignIn={(credentials) => send({ type: 'login', credentials })} />
      )}
      {login.state === 'awaitingCode' && (
        // Another challenge is another form, with nothing typed.
        <AnswerForm
          key={`${login.challenge.step} ${login.challenge.attempt}`}
          challenge={login.challenge}
          hint={words.hintOf(login.challenge, isAnotherCode(login.challenge))}
          onAnswer={(answer) => send({ type: 'code.submit', ...answer })}
        />
      )}
      {'challenge' in login && login.challenge.kind === 'code' && !isBusy(login) && (
        <LaterButton seconds={resendDelay} label={words.resend} onPress={() => send({ type: 'code.resend' })} />
      )}
      {(isBusy(login) || login.state === 'awaitingCode') && (
        <Button label={words.cancel} onPress={() => send({ type: 'cancel' })} />
      )}
      {login.state === 'authenticated' && <Button label={words.signOut} onPress={() => send({ type: 'logout' })} />}
    </ScrollView>
  );
}

function SignInForm(props: {
  username: string;
  onSignIn: (credentials: { username: string; password: ReturnType<typeof secret> }) => void;
}) {
  const [username, setUsername] = useState(props.username);
  // What is typed is kept out of the state, which developer tools show.
  const password = useRef('');
  const signIn = () => {
    if (username && password.current) props.onSignIn({ username, password: secret(password.current) });
  };
  return (
    <View style={styles.form}>
      <Field label={words.username} autoComplete="username" value={username} onChangeText={setUsername} />
      <Field
        label={words.password}
        autoComplete="current-password"
        secureTextEntry
        onChangeText={(text) => {
          password.current = text;
        }}
        onSubmitEditing={signIn}
      />
      <Button label={words.signIn} onPress={signIn} />
    </View>
  );
}

type Answer = {
  code: ReturnType<typeof secret>;
  choice?: { imageName?: string; personalPhrase: ReturnType<typeof secret> };
};

function AnswerForm(props: { challenge: Challenge; hint: string; onAnswer: (answer: Answer) => void }) {
  const { challenge, hint, onAnswer } = props;
  const { personalPhrase, image, images = [] } = challenge;
  const [imageName, setImageName] = useState<string>();
  const [differs, setDiffers] = useState(false);
  const typed = useRef<Partial<Record<AnswerField['name'], string>>>({});
  const fields = fieldsOf(challenge);
  const problem = differs ? words.differs : words.problemOf(challenge);
  const submit = () => {
    const { answer = '', repeat, phrase } = typed.current;
    if (fields.some(({ name }) => !typed.current[name]) || (images.length > 0 && !imageName)) return;
    if (repeat !== undefined && repeat !== answer) return setDiffers(true);
    const choice = phrase && { choice: { personalPhrase: secret(phrase), ...(imageName && { imageName }) } };
    onAnswer({ code: secret(answer), ...choice });
  };
  return (
    <View style={styles.form}>
      <Text>{hint}</Text>
      {personalPhrase && (
        <Text>
          {words.phrase} {reveal(personalPhrase)}
        </Text>
      )}
      {image && <Image source={{ uri: addressOf(image) }} alt={words.image} style={styles.image} />}
      {problem !== '' && (
        <Text role="alert" style={styles.alert}>
          {problem}
        </Text>
      )}
      {fields.map(({ name, label, type, autocomplete, inputMode }) => (
        <Field
          key={name}
          label={label}
          // For a code: iOS and Android offer the one of the SMS above the keyboard.
          autoComplete={autocomplete}
          inputMode={inputMode}
          secureTextEntry={type === 'password'}
          onChangeText={(text) => {
            typed.current[name] = text;
          }}
          onSubmitEditing={submit}
        />
      ))}
      {images.length > 0 && (
        <View role="radiogroup" aria-label={words.newImage} style={styles.images}>
          {images.map(({ name, content }) => (
            <Pressable
              key={name}
              role="radio"
              aria-label={name}
              aria-checked={name === imageName}
              onPress={() => setImageName(name)}
              style={name === imageName && styles.chosen}
            >
              <Image source={{ uri: pictureOf(content) }} style={styles.image} />
            </Pressable>
          ))}
        </View>
      )}
      <Button label={words.submit} onPress={submit} />
    </View>
  );
}

function Failure({ failure }: { failure: AuthFailure }) {
  return (
    <Text role="alert" style={styles.alert}>
      {messages[failure.code].problem} {words.adviceOf(failure)}
    </Text>
  );
}

function Field({ label, ...props }: TextInputProps & { label: string }) {
  return (
    <View>
      <Text>{label}</Text>
      <TextInput aria-label={label} autoCapitalize="none" autoCorrect={false} style={styles.input} {...props} />
    </View>
  );
}

function Button({ label, disabled = false, onPress }: { label: string; disabled?: boolean; onPress: () => void }) {
  return (
    <Pressable role="button" disabled={disabled} onPress={onPress} style={[styles.button, disabled && styles.disabled]}>
      <Text>{label}</Text>
    </Pressable>
  );
}

/** A button that has to be waited for. */
function LaterButton({ label, seconds, onPress }: { label: string; seconds: number; onPress: () => void }) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const end = Date.now() + seconds * 1000;
    const timer = setInterval(() => {
      setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
      if (Date.now() >= end) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return <Button label={words.later(label, left)} disabled={left > 0} onPress={onPress} />;
}

const styles = StyleSheet.create({
  screen: { padding: 24, gap: 16 },
  form: { gap: 16 },
  title: { fontSize: 24, fontWeight: '600' },
  alert: { color: '#a3161b' },
  input: { borderWidth: 1, borderColor: '#6b7280', borderRadius: 8, padding: 12, minHeight: 48 },
  button: { borderWidth: 1, borderColor: '#0b5cad', borderRadius: 8, padding: 12, minHeight: 48, alignItems: 'center' },
  disabled: { opacity: 0.5 },
  images: { flexDirection: 'row', flexWrap: 'wrap', gap: 8 },
  chosen: { borderWidth: 2, borderColor: '#0b5cad' },
  image: { width: 96, height: 96 },
});
