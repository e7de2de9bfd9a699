// A canvas with one model or one image.

import {
  AnimationMixer, Box3, DirectionalLight, GLTFLoader, KTX2Loader, LoadingManager, Mesh, MeshBasicMaterial, MeshoptDecoder,
  OrbitControls, PerspectiveCamera, PlaneGeometry, PMREMGenerator, RoomEnvironment, Scene, SRGBColorSpace, TextureLoader, Timer,
  Vector3, WebGLRenderer,
} from "./vendor/three.js";

const KTX2 = [0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb];
const SIDE = 512;

export class Panel {
  constructor(canvas, root) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true, preserveDrawingBuffer: true });
    this.renderer.setSize(SIDE, SIDE, false);
    this.camera = new PerspectiveCamera(40, 1, 0.01, 5000);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.addEventListener("change", () => this.draw());
    this.ktx2 = new KTX2Loader().setTranscoderPath(`${root}/viewer/vendor/`).detectSupport(this.renderer);
    const room = new PMREMGenerator(this.renderer);
    this.light = room.fromScene(new RoomEnvironment(), 0.03).texture;
    this.running = 0;
  }

  // Shows a file; gives what is to be told of it.
  async show(kind, url, { path = "", named } = {}) {
    this.running += 1;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const bytes = await answer.arrayBuffer();
    this.clear();
    this.scene = new Scene();
    this.scene.environment = this.light;
    const sun = new DirectionalLight(0xffffff, 1.5);
    sun.position.set(2, 4, 3);
    this.scene.add(sun);
    if (kind === "image") return this.image(bytes);
    return this.model(bytes, url, path, named);
  }

  // Gives back what the last file took of the GPU.
  clear() {
    this.scene?.traverse((node) => {
      node.geometry?.dispose();
      for (const material of [node.material ?? []].flat()) {
        for (const value of Object.values(material)) if (value?.isTexture) value.dispose();
        material.dispose();
      }
    });
  }

  async image(bytes) {
    const head = new Uint8Array(bytes, 0, 8);
    const isKtx2 = KTX2.every((byte, at) => head[at] === byte);
    const url = URL.createObjectURL(new Blob([bytes]));
    const loader = isKtx2 ? this.ktx2 : new TextureLoader();
    const texture = await loader.loadAsync(url);
    URL.revokeObjectURL(url);
    texture.colorSpace = SRGBColorSpace;
    const [width, height] = [texture.image.width, texture.image.height];
    const long = Math.max(width, height);
    const plane = new Mesh(new PlaneGeometry(width / long, height / long), new MeshBasicMaterial({ map: texture, transparent: true }));
    // Rows of compressed textures begin at the top.
    if (isKtx2) plane.scale.y = -1;
    if (isKtx2) plane.material.side = 2;
    this.scene.add(plane);
    this.aim(plane, new Vector3(0, 0, 1));
    return `${width} × ${height}, ${isKtx2 ? "KTX2" : "as it came"}`;
  }

  async model(bytes, url, path, named) {
    const manager = new LoadingManager();
    // Beside the original lie the entity's files, by the names that the model has for them.
    const base = named ? `entity://files/${path.split("/").slice(0, -1).concat("").join("/")}` : url.slice(0, url.lastIndexOf("/") + 1);
    manager.setURLModifier((asked) => {
      if (!asked.startsWith("entity:")) return asked;
      const below = decodeURIComponent(new URL(asked).pathname.slice(1));
      return named(below) ?? asked;
    });
    const loader = new GLTFLoader(manager).setMeshoptDecoder(MeshoptDecoder).setKTX2Loader(this.ktx2);
    const loaded = await loader.parseAsync(bytes, base);
    let [triangles, meshes] = [0, 0];
    loaded.scene.traverse((node) => {
      if (/_collider/i.test(node.name)) node.visible = false;
      if (!node.isMesh) return;
      meshes += 1;
      const { index, attributes } = node.geometry;
      triangles += Math.floor((index ?? attributes.position).count / 3);
    });
    this.scene.add(loaded.scene);
    this.aim(loaded.scene, new Vector3(0.7, 0.45, 1));
    this.play(loaded);
    const clips = loaded.animations.length ? `, ${loaded.animations.length} clips` : "";
    return `${triangles} triangles in ${meshes} meshes${clips}`;
  }

  play({ scene, animations }) {
    if (animations.length === 0) return;
    const mixer = new AnimationMixer(scene);
    mixer.clipAction(animations[0]).play();
    const [mine, timer] = [this.running, new Timer()];
    const step = (now) => {
      if (mine !== this.running) return;
      timer.update(now);
      mixer.update(timer.getDelta());
      this.draw();
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  aim(thing, from) {
    const box = new Box3().setFromObject(thing);
    const middle = box.getCenter(new Vector3());
    const radius = Math.max(box.getSize(new Vector3()).length() / 2, 0.01);
    this.camera.position.copy(from).normalize().multiplyScalar(radius * 3).add(middle);
    this.camera.near = radius / 100;
    this.camera.far = radius * 100;
    this.camera.updateProjectionMatrix();
    this.controls.target.copy(middle);
    this.controls.update();
    this.draw();
  }

  draw() {
    this.renderer.render(this.scene, this.camera);
  }
}
