import { t } from '../i18n/index.ts'
import { PageHead } from '../parts/page.tsx'
export default function SystemPage() {
  return <PageHead title={t('system')} about={t('systemAbout')} />
}
