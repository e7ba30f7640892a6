import type { ComponentChildren, JSX } from 'preact'
import { Link } from 'wouter-preact'
import s from './button.module.css'
import { Icon, type IconName } from './icon.tsx'

type Look = 'plain' | 'primary' | 'danger' | 'quiet'

interface Shape {
  readonly look?: Look
  readonly icon?: IconName
  readonly small?: boolean
  readonly children?: ComponentChildren
}

const looks = ({ look = 'plain', small, children }: Shape) =>
  [s.button, look !== 'plain' && s[look], small && s.small, !children && s.iconOnly].filter(Boolean).join(' ')

/** A button without children shows its icon alone and needs `aria-label`. */
export function Button({ look, icon, small, children, ...rest }: Shape & JSX.ButtonHTMLAttributes) {
  return (
    <button type="button" {...rest} title={rest.title ?? rest['aria-label']} class={looks({ look, small, children })}>
      {icon && <Icon name={icon} size={small ? 14 : 16} />}
      {children}
    </button>
  )
}

export function LinkButton({ look, icon, small, children, href }: Shape & { href: string }) {
  return (
    <Link href={href} class={looks({ look, small, children })}>
      {icon && <Icon name={icon} size={small ? 14 : 16} />}
      {children}
    </Link>
  )
}

/** A link that leaves the router's hands: a download. */
export function DownloadLink({ look, icon, small, children, ...rest }: Shape & JSX.AnchorHTMLAttributes) {
  return (
    <a {...rest} class={looks({ look, small, children })}>
      {icon && <Icon name={icon} size={small ? 14 : 16} />}
      {children}
    </a>
  )
}
