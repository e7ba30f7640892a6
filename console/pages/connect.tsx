import { connectSnippets } from '../api/snippets.ts'
import { t } from '../i18n/index.ts'
import { CodeTabs, Copyable } from '../parts/code.tsx'
import { Card } from '../parts/page.tsx'
import s from './instances.module.css'

/** The endpoint and a first call, for a program. */
export default function Connect({ instance }: { instance: string }) {
  return (
    <Card title={t('connectTitle')} actions={<Copyable text={location.origin} />}>
      <div class={s.stack}>
        <p class="muted">{t('connectText')}</p>
        <CodeTabs label={t('language')} codes={connectSnippets(location.origin, instance)} />
      </div>
    </Card>
  )
}
