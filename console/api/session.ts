import { useQuery, useQueryClient } from '@tanstack/react-query'
import { del, get, post, put, useCsrfToken } from './client.ts'

export type SessionState =
  | { readonly isSignedIn: false }
  | {
      readonly isSignedIn: true
      readonly user: { readonly name: string; readonly arn: string; readonly isAdmin: boolean }
      readonly csrfToken: string
      readonly accountId: string
      readonly version: string
    }

export type SignedIn = Extract<SessionState, { isSignedIn: true }>

async function readSession(): Promise<SessionState> {
  const session = await get<SessionState>('/session')
  useCsrfToken(session.isSignedIn ? session.csrfToken : '')
  return session
}

export function useSession() {
  return useQuery({ queryKey: ['session'], queryFn: readSession, staleTime: 5 * 60_000 })
}

/** Who is signed in; only for pages that are shown to the signed-in alone. */
export function useSignedIn(): SignedIn {
  const { data } = useSession()
  if (!data?.isSignedIn) throw new Error('this page is for the signed-in')
  return data
}

export const signIn = (how: { link: string } | { userName: string; password: string }) => post('/session', how)
export const signOut = (everywhere: boolean) => del('/session', { everywhere })
export const setOwnPassword = (password: string) => put('/session/password', { password })
export const makeSignInLink = (userName: string) => post<{ link: string; path: string }>('/session/links', { userName })

/** May the user do this, on this instance or on all? False until known. */
export function useMay(instance?: string): (action: string) => boolean {
  const session = useSession().data
  const isAdmin = session?.isSignedIn === true && session.user.isAdmin
  const { data } = useQuery({
    queryKey: ['rights', instance ?? '*'],
    queryFn: ({ signal }) => get<{ actions: string[] }>('/session/rights', { instance }, signal),
    enabled: session?.isSignedIn === true && !isAdmin,
    staleTime: 60_000,
  })
  return (action) =>
    isAdmin || (data?.actions.includes(action.includes(':') ? action : `imagesearch:${action}`) ?? false)
}

export function useSessionChange(): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries()
}
