import { useEffect, useState } from 'preact/hooks'
import { signIn, useSessionChange } from '../api/session.ts'
import { currentLanguage, LANGUAGES, type Language, t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { CodeBlock } from '../parts/code.tsx'
import { TextField } from '../parts/field.tsx'
import { Mark } from '../parts/mark.tsx'
import { Failure, Loading } from '../parts/page.tsx'
import s from './sign-in.module.css'

/** Sign-in by the link that the server printed (`#link=...`, so that it stays out of logs), or by name and password. */
export function SignInPage({ onLanguage }: { onLanguage: (language: Language) => Promise<void> }) {
  const changed = useSessionChange()
  const [userName, setUserName] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)

  async function enter(how: Parameters<typeof signIn>[0]) {
    setBusy(true)
    setError(undefined)
    try {
      await signIn(how)
      await changed()
    } catch (failure) {
      setError(failure)
      setPassword('')
    }
    setBusy(false)
  }

  useEffect(() => {
    document.title = `${t('signIn')} · Sightline`
    const useLink = () => {
      const link = /^#link=([\w-]+)$/.exec(location.hash)?.[1]
      if (link === undefined) return
      history.replaceState(null, '', location.pathname + location.search)
      void enter({ link })
    }
    useLink()
    addEventListener('hashchange', useLink)
    return () => removeEventListener('hashchange', useLink)
  }, [])

  return (
    <main class={s.page}>
      <div>
        <div class={s.card}>
          <div class={s.head}>
            <Mark size={36} />
            <h1>{t('signInTitle')}</h1>
          </div>
          {Boolean(error) && <Failure error={error} />}
          <form
            class={s.form}
            onSubmit={(event) => {
              event.preventDefault()
              void enter({ userName: userName.trim(), password })
            }}
          >
            <TextField
              label={t('userName')}
              name="username"
              autocomplete="username"
              autocapitalize="off"
              spellcheck={false}
              required
              value={userName}
              onText={setUserName}
            />
            <TextField
              label={t('password')}
              name="password"
              type="password"
              autocomplete="current-password"
              required
              value={password}
              onText={setPassword}
            />
            <Button look="primary" type="submit" disabled={isBusy}>
              {t('signIn')}
            </Button>
            {isBusy && <Loading />}
          </form>
          <div class={s.help}>
            <p>{t('signInLinkHelp')}</p>
            <CodeBlock label={t('command')} text="sightline user link admin" />
          </div>
        </div>
        <div class={s.languages}>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <button
              key={code}
              type="button"
              lang={code}
              aria-pressed={code === currentLanguage()}
              onClick={() => onLanguage(code as Language)}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
    </main>
  )
}
