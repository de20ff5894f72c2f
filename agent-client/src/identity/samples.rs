//! What `/proc/self` says in containers of each kind, in the form of real ones, shortened.

use opentelemetry::KeyValue;

/// The container in all samples.
pub(super) const ID: &str = "483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316";
/// The pod in all samples but [`STATIC_POD`].
pub(super) const UID: &str = "1cb9ce32-f602-a058-9301-66c2b9e14ccc";
/// The pod of [`STATIC_POD`].
pub(super) const STATIC_UID: &str = "80e2fa769eac61b42b03f74904bb407d";

/// `/proc/self/cgroup` of Docker, cgroups of version 1.
pub(super) const DOCKER_V1: &str = "\
12:cpuset:/docker/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316
11:memory:/docker/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316
1:name=systemd:/docker/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316
0::/system.slice/containerd.service
";

/// The same where systemd makes the cgroups, and the process has one of its own below.
pub(super) const DOCKER_V1_SYSTEMD: &str = "\
11:cpuset:/system.slice/docker-483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316.scope/init.scope
1:name=systemd:/system.slice/docker-483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316.scope/init.scope
";

/// `/proc/self/mountinfo` of Docker, cgroups of version 2. The layers have 64 digits, too.
pub(super) const DOCKER_V2: &str = "\
617 512 0:51 / / rw,relatime master:271 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/QZ3T,upperdir=/var/lib/docker/overlay2/d552390ace153ea0232a8291067050494d83c36767394c42ef0569c396b94308/diff
618 617 0:54 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
622 621 0:29 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate
625 617 254:1 /docker/containers/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/vda1 rw
626 617 254:1 /docker/containers/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw
627 617 254:1 /docker/containers/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316/hosts /etc/hosts rw,relatime - ext4 /dev/vda1 rw
";

/// `/proc/self/mountinfo` of nerdctl: containerd without Kubernetes.
pub(super) const NERDCTL: &str = "\
801 640 8:1 /var/lib/nerdctl/1935db59/containers/default/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw
";

/// `/proc/self/cgroup` of containerd in Kubernetes, cgroups of version 1.
pub(super) const CONTAINERD_V1: &str = "\
12:pids:/kubepods/besteffort/pod1cb9ce32-f602-a058-9301-66c2b9e14ccc/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316
1:name=systemd:/kubepods/besteffort/pod1cb9ce32-f602-a058-9301-66c2b9e14ccc/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316
";

/// The same where systemd makes the cgroups.
pub(super) const CONTAINERD_SYSTEMD: &str = "\
0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1cb9ce32_f602_a058_9301_66c2b9e14ccc.slice/cri-containerd-483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316.scope
";

/// The same where containerd itself is in a cgroup of systemd's.
pub(super) const CONTAINERD_NESTED: &str = "\
5:memory:/system.slice/containerd.service/kubepods-burstable-pod1cb9ce32_f602_a058_9301_66c2b9e14ccc.slice:cri-containerd:483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316
";

/// `/proc/self/cgroup` of a pod that the node itself has.
pub(super) const STATIC_POD: &str = "\
4:memory:/kubepods/burstable/pod80e2fa769eac61b42b03f74904bb407d/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316
";

/// `/proc/self/mountinfo` of containerd in Kubernetes, cgroups of version 2: only the pod's
/// sandbox is named. The last mount is another pod's.
pub(super) const CONTAINERD_V2: &str = "\
757 640 0:141 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/26/fs
767 765 0:25 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw
772 757 259:16 /var/lib/kubelet/pods/1cb9ce32-f602-a058-9301-66c2b9e14ccc/etc-hosts /etc/hosts rw,relatime - ext4 /dev/nvme1n1p1 rw
773 760 259:16 /var/lib/kubelet/pods/1cb9ce32-f602-a058-9301-66c2b9e14ccc/containers/checkout/7aa42719 /dev/termination-log rw,relatime - ext4 /dev/nvme1n1p1 rw
774 757 259:16 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/d552390ace153ea0232a8291067050494d83c36767394c42ef0569c396b94308/hostname /etc/hostname rw,relatime - ext4 /dev/nvme1n1p1 rw
781 757 0:98 / /run/secrets/kubernetes.io/serviceaccount ro,relatime - tmpfs tmpfs rw
790 757 259:16 /var/lib/kubelet/pods/80e2fa769eac61b42b03f74904bb407d/volumes/data /data rw,relatime - ext4 /dev/nvme1n1p1 rw
";

/// `/proc/self/mountinfo` of Docker in Kubernetes: the files are the sandbox's.
pub(super) const DOCKER_POD_V2: &str = "\
569 568 0:30 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw
571 566 254:1 /docker/volumes/minikube/_data/lib/kubelet/pods/1cb9ce32-f602-a058-9301-66c2b9e14ccc/containers/checkout/0447d6c5 /dev/termination-log rw,relatime - ext4 /dev/vda1 rw
572 564 254:1 /docker/volumes/minikube/_data/lib/docker/containers/d552390ace153ea0232a8291067050494d83c36767394c42ef0569c396b94308/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/vda1 rw
573 564 254:1 /docker/volumes/minikube/_data/lib/docker/containers/d552390ace153ea0232a8291067050494d83c36767394c42ef0569c396b94308/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw
574 564 254:1 /docker/volumes/minikube/_data/lib/kubelet/pods/1cb9ce32-f602-a058-9301-66c2b9e14ccc/etc-hosts /etc/hosts rw,relatime - ext4 /dev/vda1 rw
";

/// `/proc/self/mountinfo` in Kubernetes, cgroups of version 1 in a namespace of their own.
pub(super) const CGROUP_MOUNTS: &str = "\
1531 1523 0:31 /kubepods/besteffort/pod1cb9ce32-f602-a058-9301-66c2b9e14ccc/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316 /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:17 - cgroup cgroup rw,memory
1535 1517 8:1 /var/lib/kubelet/pods/1cb9ce32-f602-a058-9301-66c2b9e14ccc/etc-hosts /etc/hosts rw,relatime - ext4 /dev/sda1 rw
1537 1517 8:1 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/d552390ace153ea0232a8291067050494d83c36767394c42ef0569c396b94308/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw
";

/// `/proc/self/cgroup` of CRI-O.
pub(super) const CRIO: &str = "\
1:name=systemd:/kubepods.slice/kubepods-pod1cb9ce32_f602_a058_9301_66c2b9e14ccc.slice/crio-483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316.scope
";

/// `/proc/self/mountinfo` of CRI-O, cgroups of version 2: secrets are the container's, the host
/// name is the sandbox's.
pub(super) const CRIO_V2: &str = "\
10312 10303 0:25 /containers/storage/overlay-containers/d552390ace153ea0232a8291067050494d83c36767394c42ef0569c396b94308/userdata/hostname /etc/hostname rw,nosuid,nodev master:15 - tmpfs tmpfs rw
10314 10303 252:4 /ostree/deploy/rhcos/var/lib/kubelet/pods/1cb9ce32-f602-a058-9301-66c2b9e14ccc/etc-hosts /etc/hosts rw,relatime - xfs /dev/vda4 rw
10316 10303 0:25 /containers/storage/overlay-containers/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316/userdata/run/secrets /run/secrets rw,nosuid,nodev - tmpfs tmpfs rw
";

/// `/proc/self/cgroup` of Podman without root.
pub(super) const PODMAN: &str = "\
0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316.scope/container
";

/// `/proc/self/mountinfo` of Podman without root, cgroups of version 2.
pub(super) const PODMAN_V2: &str = "\
1118 1116 0:27 /../../../../../.. /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,seclabel,nsdelegate
495 499 0:54 /containers/overlay-containers/483a50dd234afed66aaad2fc267163268998530877710984ae48d55c34db7316/userdata/.containerenv /run/.containerenv rw,nosuid,nodev,relatime - tmpfs tmpfs rw,uid=1000,gid=1000
";

/// `/proc/self/cgroup` of a machine without containers.
pub(super) const HOST: &str = "\
9:name=systemd:/user.slice/user-1000.slice/session-2.scope
4:memory:/process/e7cc992f8b4e7f4ba43816bc69f54480
0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.gnome.Terminal.slice
";

/// `/proc/self/mountinfo` of a machine that runs containers, seen from outside of them, and an
/// agent's in a container, to which others' files are mounted.
pub(super) const HOST_MOUNTS: &str = "\
22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw
41 31 0:38 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw
60 27 0:60 / /var/lib/docker/containers/d552390ace153ea0232a8291067050494d83c36767394c42ef0569c396b94308/mounts/shm rw,relatime - tmpfs shm rw
61 27 8:1 /var/lib/docker/containers/d552390ace153ea0232a8291067050494d83c36767394c42ef0569c396b94308 /logs/d552390ace153ea0232a8291067050494d83c36767394c42ef0569c396b94308 ro,relatime - ext4 /dev/sda1 rw
";

/// The value of an attribute, in text form.
pub(super) fn of(attributes: &[KeyValue], key: &str) -> Option<String> {
    let mut found = attributes.iter().filter(|found| found.key.as_str() == key);
    let value = found.next()?.value.to_string();
    assert!(found.next().is_none(), "{key} twice");
    Some(value)
}

/// An environment without variables.
pub(super) fn nothing(_: &str) -> Option<String> {
    None
}
