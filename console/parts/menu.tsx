import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'
import s from './menu.module.css'

export interface MenuItem {
  readonly text: string
  readonly icon?: IconName
  readonly isDanger?: boolean
  readonly onChoose: () => void
}

/** A button that opens a list of actions; arrows move, Escape closes, the focus comes back. */
export function Menu({
  items,
  children,
  label,
  buttonClass,
  above,
}: {
  items: readonly (MenuItem | 'line')[]
  children: ComponentChildren
  label?: string
  buttonClass?: string | undefined
  above?: boolean
}) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)

  function place(isOpen: boolean) {
    const list = menu.current
    const box = button.current?.getBoundingClientRect()
    if (!isOpen || !list || !box) return
    const { offsetWidth: width, offsetHeight: height } = list
    const top = above || box.bottom + height + 8 > innerHeight ? box.top - height - 4 : box.bottom + 4
    const left = above ? box.left : box.right - width
    list.style.top = `${Math.max(8, top)}px`
    list.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`
    list.querySelector('button')?.focus()
  }

  function move(event: KeyboardEvent) {
    const all = [...(menu.current?.querySelectorAll('button') ?? [])]
    const now = all.indexOf(document.activeElement as HTMLButtonElement)
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    all.at(to % all.length)?.focus()
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        class={buttonClass}
        popovertarget={id}
        aria-haspopup="menu"
        aria-label={label}
        title={label}
      >
        {children}
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        class={s.menu}
        onToggle={(event) => place((event as unknown as { newState: string }).newState === 'open')}
        onKeyDown={move}
      >
        {items.map((item, i) =>
          item === 'line' ? (
            <hr key={i} class={s.line} />
          ) : (
            <button
              key={item.text}
              type="button"
              role="menuitem"
              class={item.isDanger ? `${s.item} ${s.danger}` : s.item}
              onClick={() => {
                menu.current?.hidePopover()
                item.onChoose()
              }}
            >
              {item.icon && <Icon name={item.icon} />}
              {item.text}
            </button>
          ),
        )}
      </div>
    </>
  )
}
