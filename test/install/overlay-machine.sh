#!/bin/sh
# overlay-machine PLACE DATA: makes this machine over again in a mount and process namespace of its own and stays there as its
# first process: the root is an overlay of ours without the Crankcase that may be installed, its /run is empty, and DATA lies on its /var/lib/crankcase. All that is
# changed in it is in PLACE/upper; all that runs in it ends with this process. It says `ready` once one may enter.
set -eu

place=$1
data=$2
mount --make-rprivate /
mount -t tmpfs -o size=3g overlay-machine "$place"
cd "$place"
mkdir hiding hiding-work upper work root
mount -t overlay -o "lowerdir=/,upperdir=$place/hiding,workdir=$place/hiding-work" overlay-machine root
rm -rf --one-file-system root/opt/crankcase root/etc/crankcase root/var/log/crankcase root/usr/local/bin/crankcase \
  root/etc/systemd/system/crankcase*
sed -n 's/^\(crankcase[^:]*\):.*/\1/p' root/etc/passwd | while read -r user; do
  chroot root userdel "$user" >&2
done
# Where DATA comes to lie, this is no change of the machine's.
mkdir -p root/var/lib/crankcase
umount root
mount -t overlay -o "lowerdir=$place/hiding:/,upperdir=$place/upper,workdir=$place/work" overlay-machine root
cd root
mount --bind "$data" var/lib/crankcase
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs -o mode=755 run run
exec chroot . /bin/sh -c 'echo ready; while :; do sleep 1000 & wait; done'
