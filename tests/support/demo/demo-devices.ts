/** The devices of the demo's person: enough to look at every screen. A link that says `used` is. */
import { err, ok } from '#lib/base/result.ts'
import { parseId, type DeviceId, type GroupId, type OpId } from '#lib/base/ids.ts'
import type { GroupCard } from '#lib/engine/api.ts'
import type { DeviceApi, OwnDeviceLink, OwnDevices } from '#lib/engine/device-api.ts'

export interface DemoDevicesScenario {
  readonly devices?: 'one' | 'several'
  readonly linkState?: 'sending' | 'open' | 'used' | 'closed'
  readonly unsentPhotos?: number
}

const known = <T>(id: T | null): T => {
  if (id === null) throw new Error('not an id')
  return id
}
const deviceId = (n: number): DeviceId => known(parseId('DeviceId', `d${n}`.padStart(64, '0')))
const invitation: OpId = known(parseId('EntryId', 'ab'.repeat(32)))
const linkText =
  'https://photos.rivera.example/move#1.142.o2RzZWVkWCAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eH2ZwbGFjZXOBomJhdHgdaHR0cHM6Ly9waG90b3Mucml2ZXJhLmV4YW1wbGVmZ3JvdXBzgVgg-vr6-vr6-vr6'

/** Everything of the device API over the demo's groups. */
export function createDemoDevices(
  groups: () => readonly GroupCard[],
  scenario: DemoDevicesScenario,
): DeviceApi {
  const link = (): OwnDeviceLink => ({
    link: linkText,
    expiresMs: Date.now() + 9 * 60_000 + 42_000,
    groups: groups().map(({ id, name }) => ({ group: id, name, invitation })),
  })
  const done = () => Promise.resolve(ok(null))
  return {
    ownDevices: () => Promise.resolve(groups().map((group) => ownDevicesOf(group, scenario))),
    linkDevice: ({ replacing }) =>
      Promise.resolve(
        replacing && scenario.unsentPhotos !== undefined
          ? err({ kind: 'still-waiting', photos: scenario.unsentPhotos })
          : ok(link()),
      ),
    deviceLinkState: () => Promise.resolve(scenario.linkState ?? 'open'),
    withdrawDeviceLink: () => Promise.resolve(),
    finishMoving: () => Promise.resolve(0),
    arrive: (text) =>
      Promise.resolve(
        text.includes('used')
          ? err({ kind: 'not-valid-any-more' })
          : ok({
              groups: groups().map(({ id, name }) => ({
                ...{ group: id, name, memberName: 'Ana', outcome: 'joined' as const },
              })),
            }),
      ),
    nameDevice: done,
    removeDevice: () => Promise.resolve(ok({ isTold: true })),
    letBackIn: () => Promise.resolve(ok(link())),
    makeRecoverySheet: () =>
      Promise.resolve(
        ok({
          text: linkText.replace('/move', '/recover'),
          madeMs: Date.UTC(2026, 10, 22, 9),
          memberName: 'Ana',
          groups: groups().map(({ id }) => id),
          groupNames: groups().map(({ name }) => name),
        }),
      ),
    isSheetKnown: () => Promise.resolve(false),
    recoveries: () => Promise.resolve([]),
    isMantelAt: (address) => Promise.resolve(ok({ origin: address })),
  }
}

function ownDevicesOf(group: GroupCard, scenario: DemoDevicesScenario): OwnDevices {
  const hasSeveral = scenario.devices !== 'one'
  const device = (n: number, name: string, month: number) => ({
    ...{ id: deviceId(n), name, sinceMs: Date.UTC(2026, month, 3, 10, 12) },
    ...{ isThis: n === 1, isSheet: n === 3 },
  })
  const all = [
    device(1, 'iPhone, Safari', 4),
    device(2, 'Kitchen tablet', 7),
    device(3, 'Recovery sheet', 8),
  ]
  return {
    group: group.id satisfies GroupId,
    groupName: group.name,
    member: known(group.me),
    memberName: 'Ana',
    role: group.role,
    devices: hasSeveral ? all : all.slice(0, 1),
    recoverySheet: hasSeveral,
    helpers: [],
    hasOtherAdmin: hasSeveral,
    waiting: scenario.unsentPhotos ?? 0,
    leftAddresses: [],
  }
}
