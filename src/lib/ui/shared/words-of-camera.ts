/** The message catalogue (words.ts): what the camera says. */
import { formatCount } from './format.ts'

export const cameraWords = {
  cameraShutter: 'Take picture',
  cameraTurn: 'Turn the camera',
  cameraAlbum: 'Album',
  cameraAddPlace: 'Add the place',
  cameraNoPlace: 'This phone does not say where it is. Photos are taken without a place.',
  cameraWith: (album: string, group: string) => `${album} · ${group}`,
  cameraTaken: 'Just taken',
  cameraRefused:
    'The camera is not available here. You can use the camera of your phone instead; the photo comes straight into the album.',
  cameraSystem: 'Open the phone’s camera',
  cameraSaved: (n: number) => `${formatCount(n)} taken`,
  cameraNoAlbum: 'There is no album yet that you can add photos to.',
  cameraNotThere: 'You cannot add photos to that album. Choose another one.',
  cameraNotKept: 'The photo is in no album. Download it, or it is lost.',
  cameraStarting: 'Starting the camera…',
} as const
