export { AnimationMixer, Box3, Color, DirectionalLight, LoadingManager, Mesh, MeshBasicMaterial, PerspectiveCamera, PlaneGeometry, PMREMGenerator, Scene, SRGBColorSpace, TextureLoader, Timer, Vector3, WebGLRenderer } from "three";
export { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
export { KTX2Loader } from "three/examples/jsm/loaders/KTX2Loader.js";
export { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
export { RoomEnvironment } from "three/examples/jsm/environments/RoomEnvironment.js";
export { MeshoptDecoder } from "three/examples/jsm/libs/meshopt_decoder.module.js";
