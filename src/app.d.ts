declare global {
  namespace App {
    interface PageState {
      /** Position of the photo that the viewer opens with, on top of a screen. */
      photo?: number
    }
  }
}

export {}
