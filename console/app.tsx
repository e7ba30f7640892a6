import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'preact/compat'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter-preact'
import { whenSignedOut } from './api/client.ts'
import { signOut, useMay, useSession, useSignedIn } from './api/session.ts'
import s from './app.module.css'
import { currentLanguage, LANGUAGES, type Language, t, withWords } from './i18n/index.ts'
import { InstancesPage } from './pages/instances.tsx'
import { SignInPage } from './pages/sign-in.tsx'
import { Icon, type IconName } from './parts/icon.tsx'
import { Mark } from './parts/mark.tsx'
import { Menu, type MenuItem } from './parts/menu.tsx'
import { Failure, Loading, PageHead } from './parts/page.tsx'
import { sayFailure, Toasts } from './parts/toast.tsx'
import { chooseTheme, currentTheme, type Theme } from './theme.ts'

const InstancePage = lazy(() => withWords(import('./pages/instance.tsx')))
const BucketsPage = lazy(() => withWords(import('./pages/buckets.tsx')))
const AccessPage = lazy(() => withWords(import('./pages/access.tsx')))
const SystemPage = lazy(() => withWords(import('./pages/system.tsx')))
const OwnPasswordDialog = lazy(() => withWords(import('./pages/own-password.tsx')))

const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export function App({ onLanguage }: { onLanguage: (language: Language) => Promise<void> }) {
  const session = useSession()
  const client = useQueryClient()
  useEffect(() => {
    whenSignedOut(() => client.setQueryData(['session'], { isSignedIn: false }))
  }, [client])

  if (session.isPending) return <Loading />
  if (session.error) {
    return (
      <main class={s.centre}>
        <Failure error={session.error} onRetry={() => session.refetch()} />
      </main>
    )
  }
  return (
    <>
      {session.data.isSignedIn ? <Shell onLanguage={onLanguage} /> : <SignInPage onLanguage={onLanguage} />}
      <Toasts />
    </>
  )
}

function Shell({ onLanguage }: { onLanguage: (language: Language) => Promise<void> }) {
  const main = useRef<HTMLElement>(null)
  const [here] = useLocation()
  const may = useMay()
  const isFirst = useRef(true)
  // A new page is read from its top.
  useEffect(() => {
    if (!isFirst.current) {
      main.current?.focus({ preventScroll: true })
      scrollTo(0, 0)
    }
    isFirst.current = false
  }, [here])
  return (
    <div class={s.shell}>
      <button type="button" class={s.skip} onClick={() => main.current?.focus()}>
        {t('skipToContent')}
      </button>
      <header class={s.side}>
        <Link href="/" class={s.brand} aria-label="Sightline">
          <Mark />
          <span>Sightline</span>
        </Link>
        <nav class={s.nav} aria-label={t('mainMenu')}>
          <NavLink href="/instances" icon="instances" text={t('instances')} />
          {may('ListBuckets') && <NavLink href="/buckets" icon="bucket" text={t('buckets')} />}
          {may('ram:ListUsers') && <NavLink href="/access" icon="access" text={t('access')} />}
          <NavLink href="/system" icon="system" text={t('system')} />
        </nav>
        <UserMenu onLanguage={onLanguage} />
      </header>
      <main id="main" class={s.main} ref={main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/">
              <Redirect to="/instances" replace />
            </Route>
            <Route path="/instances">
              <InstancesPage />
            </Route>
            <Route path="/instances/:name/*?">{({ name }) => <InstancePage key={name} name={name} />}</Route>
            <Route path="/buckets/*?">
              <BucketsPage />
            </Route>
            <Route path="/access/*?">
              <AccessPage />
            </Route>
            <Route path="/system/*?">
              <SystemPage />
            </Route>
            <Route>
              <PageHead title={t('noPage')} about={t('noPageText')} />
            </Route>
          </Switch>
        </Suspense>
      </main>
    </div>
  )
}

function NavLink({ href, icon, text }: { href: string; icon: IconName; text: string }) {
  const [here] = useLocation()
  const isHere = here === href || here.startsWith(`${href}/`)
  return (
    <Link href={href} aria-current={isHere ? 'page' : undefined}>
      <Icon name={icon} size={17} />
      {text}
    </Link>
  )
}

function UserMenu({ onLanguage }: { onLanguage: (language: Language) => Promise<void> }) {
  const { user } = useSignedIn()
  const client = useQueryClient()
  const [theme, setTheme] = useState(currentTheme())
  const [isPasswordOpen, openPassword] = useState(false)

  async function leave(everywhere: boolean) {
    try {
      await signOut(everywhere)
      client.clear()
      await client.fetchQuery({ queryKey: ['session'], queryFn: () => ({ isSignedIn: false }) })
      location.assign('/console/')
    } catch (error) {
      sayFailure(error)
    }
  }

  const items: (MenuItem | 'line')[] = [
    ...THEMES.map(
      (choice): MenuItem => ({
        text: t(`theme.${choice}`),
        icon: choice === theme ? 'check' : 'sun',
        onChoose: () => {
          chooseTheme(choice)
          setTheme(choice)
        },
      }),
    ),
    'line',
    ...Object.entries(LANGUAGES).map(
      ([code, text]): MenuItem => ({
        text,
        icon: code === currentLanguage() ? 'check' : 'edit',
        onChoose: () => void onLanguage(code as Language),
      }),
    ),
    'line',
    { text: t('setPassword'), icon: 'key', onChoose: () => openPassword(true) },
    { text: t('signOut'), icon: 'signOut', onChoose: () => void leave(false) },
    { text: t('signOutEverywhere'), icon: 'signOut', onChoose: () => void leave(true) },
  ]
  return (
    <>
      <Menu items={items} buttonClass={s.user} label={t('userMenu', { name: user.name })} above>
        <span class={s.face}>{user.name.slice(0, 1)}</span>
        <span class={s.userName}>{user.name}</span>
      </Menu>
      {isPasswordOpen && (
        <Suspense fallback={null}>
          <OwnPasswordDialog onClose={() => openPassword(false)} />
        </Suspense>
      )}
    </>
  )
}
