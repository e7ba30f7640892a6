import { t } from '../i18n/index.ts'
import { PageHead } from '../parts/page.tsx'
export default function AccessPage() {
  return <PageHead title={t('access')} about={t('accessAbout')} />
}
