# frozen_string_literal: true

class Date
  # Names of time zones, by their offset in seconds. Of `eastern` the whole name is `eastern standard time`.
  module Zones
    NAMES = {
      -43200 => 'y,aoe,idlw,dateline',
      -39600 => 'x,nt,nut,sst,samoa',
      -36000 => 'w,ckt,hst,ahst,hast,taht,hawaiian',
      -32400 => 'v,hdt,yst,akst,gamt,hadt,alaskan',
      -30600 => 'mart',
      -28800 => 'u,pst,ydt,akdt,pacific',
      -25200 => 't,mst,pdt,mountain,us mountain',
      -21600 => 's,cst,mdt,east,galt,canada central,central america,central,mexico',
      -18000 => 'r,act,cdt,cot,ect,est,pet,cist,easst,eastern,sa pacific,us eastern',
      -14400 => 'q,ast,bot,clt,edt,fkt,gyt,vet,atlantic,pacific sa,sa western',
      -12600 => 'newfoundland',
      -10800 => 'p,adt,art,brt,gft,srt,uyt,wgt,clst,fkst,pmst,pyst,rott,e. south america,greenland,sa eastern',
      -9000 => 'nst',
      -7200 => 'o,at,fnt,brst,pmdt,uyst,wgst',
      -5400 => 'ndt',
      -3600 => 'n,cvt,egt,azot,azores,cape verde',
      0 => 'z,ut,wt,gmt,utc,wet,egst,azost,greenwich',
      3600 => 'a,bst,cet,fwt,met,mez,swt,' \
        'wat,mewt,west,central europe,central european,romance,w. central africa,w. europe',
      7200 => 'b,cat,eet,fle,fst,gtb,cest,mest,mesz,sast,wast,e. europe,egypt,south africa',
      10800 => 'c,bt,eat,fet,idt,msk,trt,arab,eest,syot,arabic,e. africa,russian',
      12600 => 'iran,irst',
      14400 => 'd,azt,get,msd,mut,ret,sct,kuyt,samt,arabian,caucasus',
      16200 => 'aft,irdt,afghanistan',
      18000 => 'e,mvt,pkt,tft,tjt,tmt,uzt,aqtt,azst,mawt,orat,yekt,ekaterinburg,west asia',
      19800 => 'ist,india',
      20700 => 'npt,nepal',
      21600 => 'f,btt,iot,kgt,almt,omst,qyzt,vost,central asia,n. central asia,sri lanka',
      23400 => 'cct,mmt,myanmar',
      25200 => 'g,cxt,ict,wib,davt,hovt,krat,novt,novst,omsst,north asia,se asia',
      28800 => 'h,bnt,hkt,myt,pht,sgt,awst,cast,chot,irkt,' \
        'ulat,wadt,wita,krast,hovst,china,north asia east,malay peninsula,taipei,w. australia',
      32400 => 'i,jst,kst,pwt,tlt,wit,awdt,yakt,irkst,chost,ulast,korea,tokyo,yakutsk',
      34200 => 'acst,aus central,cen. australia',
      36000 => 'k,gst,pgt,aest,chst,chut,ddut,' \
        'vlat,yapt,yakst,aus eastern,e. australia,tasmania,vladivostok,west pacific',
      37800 => 'acdt,lhst',
      39600 => 'l,nct,nft,sbt,vut,aedt,eadt,kost,lhdt,magt,pont,sakt,sret,vlast,central pacific',
      43200 => 'm,fjt,mht,nrt,nzt,tvt,wft,anat,fiji,gilt,idle,nfdt,nzst,pett,wakt,magst,petst,anast,new zealand',
      45900 => 'chast',
      46800 => 'tkt,tot,fjst,nzdt,phot,tonga',
      49500 => 'chadt',
      50400 => 'lint,tost'
    }.each_with_object({}) { |(offset, names), table| names.split(',').each { |name| table[name] = offset } }.freeze
    WORDS = %w[alaskan arab arabian arabic atlantic azores caucasus central china dateline eastern egypt ekaterinburg
               fiji fle greenland greenwich gtb hawaiian india iran korea mexico mountain myanmar nepal newfoundland
               pacific romance russian samoa taipei tasmania tokyo tonga vladivostok yakutsk].freeze

    module_function

    # Seconds of an offset or of the name of a zone; nil where it is neither.
    def seconds(text)
      name = text.downcase.gsub(/\s+/, ' ').strip
      summer = !name.sub!(/ (?:daylight time|dst)\z/, '').nil?
      full = !name.sub!(/ standard time\z/, '').nil?
      found = NAMES[name]
      found = nil if found && !full && !summer && (name.match?(/[ .]/) || WORDS.include?(name))
      return found + (summer ? 3600 : 0) if found

      numeric(name, summer)
    end

    def numeric(name, summer)
      found = /\A(?:gmt|utc)?([-+])(\d.*)\z/.match(name)
      seconds = found && unsigned(found[2])
      return nil unless seconds

      (found[1] == '-' ? -seconds : seconds) + (summer ? 3600 : 0)
    end

    def unsigned(digits)
      case digits
      when /\A(\d+):(\d+)(?::(\d+))?/
        hour, minute, second = [$1, $2, $3].map(&:to_i)
        (hour * 3600) + (minute * 60) + second if hour < 24 && minute < 60 && second < 60
      when /\A(\d+)[.,](\d+)/
        hour = $1.to_i
        hour < 24 ? (hour * 3600) + (Rational($2.to_i, 10**$2.size) * 3600).round : nil
      when /\A\d+/
        run = $&
        head = run.size.odd? ? 1 : 2
        (run[0, head].to_i * 3600) + (run[head, 2].to_i * 60) + run[head + 2, 2].to_i
      end
    end
  end
  private_constant :Zones

  class << self
    private

    def zone_to_seconds(text)
      Zones.seconds(text)
    end
  end
end
