import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render } from 'preact'
import { useState } from 'preact/hooks'
import { Router } from 'wouter-preact'
import { ApiError } from './api/client.ts'
import { App } from './app.tsx'
import { chooseLanguage, currentLanguage, type Language, loadLanguage, preferredLanguage } from './i18n/index.ts'
import './styles/tokens.css'
import './styles/base.css'
import { showTheme } from './theme.ts'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // What the server refused it refuses again; only a lost connection is worth another try.
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503),
    },
  },
})

function Root() {
  const [language, setLanguage] = useState(currentLanguage())
  const change = async (wanted: Language) => {
    await chooseLanguage(wanted)
    setLanguage(wanted)
  }
  return (
    <QueryClientProvider client={client}>
      <Router base="/console">
        <App key={language} onLanguage={change} />
      </Router>
    </QueryClientProvider>
  )
}

showTheme()
await loadLanguage(preferredLanguage())
render(<Root />, document.getElementById('app') as HTMLElement)
